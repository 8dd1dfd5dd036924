#include "runtime/settings.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdlib>
#include <deque>
#include <utility>

#include <CLI/CLI.hpp>

namespace monarch::runtime {

namespace {

std::string environment_name(const std::string& name) {
  std::string result = "MONARCH_";
  for (const char c : name) {
    result += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return result;
}

std::string join(const std::vector<std::string>& parts, const char* between) {
  std::string result;
  for (const auto& part : parts) result += (result.empty() ? "" : between) + part;
  return result;
}

std::string one_line(std::string text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) {
    text.pop_back();
  }
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

// From "INI was not able to parse KEY", where a section is "NAME.++".
std::string unknown_key(std::string text) {
  if (const auto place = text.rfind(' '); place != std::string::npos) text.erase(0, place + 1);
  if (text.ends_with(".++")) text = "[" + text.substr(0, text.size() - 3) + "]";
  return text;
}

}  // namespace

// CLI11 collects each setting as text; what the text means is read afterwards, by `read`, so that
// an error says the same wherever the value came from.
struct Settings::Impl {
  struct Setting {
    std::string name;
    std::vector<std::string> texts;
    CLI::Option* option = nullptr;
    bool required = false;
    std::function<Outcome<std::string>(const std::vector<std::string>&)> read;
  };

  CLI::App app;
  std::string program;
  std::string version;
  std::deque<Setting> settings;  // stands still: CLI11 keeps pointers to the texts
  std::vector<std::function<Outcome<std::string>()>> checks;
  bool show_version = false;
  bool check_config = false;

  Setting& add(std::string name, std::string about, std::string shown_default,
               const std::string& kind) {
    Setting& setting = settings.emplace_back();
    setting.name = std::move(name);
    if (!shown_default.empty()) about += " [default: " + shown_default + "]";
    about += " (env " + environment_name(setting.name) + ")";
    setting.option = app.add_option("--" + setting.name, setting.texts, about)
                         ->type_name(kind)
                         ->type_size(1)
                         ->expected(1)
                         ->allow_extra_args(false)
                         ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    return setting;
  }

  // For settings with one text.
  void add_one(std::string name, std::string about, std::string shown_default,
               const std::string& kind,
               std::function<Outcome<std::string>(const std::string&)> read) {
    add(std::move(name), std::move(about), std::move(shown_default), kind).read =
        [read = std::move(read)](const std::vector<std::string>& texts) {
          return read(texts.back());
        };
  }

  [[nodiscard]] static bool on_command_line(const std::vector<std::string>& arguments,
                                            const std::string& flag) {
    return std::any_of(arguments.begin(), arguments.end(), [&](const std::string& argument) {
      return argument == flag || argument.starts_with(flag + "=");
    });
  }

  // CLI11 would let the file win over the environment. The environment is therefore appended to the
  // command line, where it does not say otherwise.
  void append_environment(std::vector<std::string>& arguments) const {
    std::vector<std::string> names{"config"};
    for (const auto& setting : settings) names.push_back(setting.name);
    for (const auto& name : names) {
      const char* value = std::getenv(environment_name(name).c_str());
      const std::string flag = "--" + name;
      if (value != nullptr && !on_command_line(arguments, flag)) {
        arguments.push_back(flag + "=" + value);
      }
    }
  }

  Outcome<std::string> read_all() {
    for (auto& setting : settings) {
      if (setting.texts.empty()) {
        if (!setting.required) continue;
        return fail("--" + setting.name + ": must be given (or " + environment_name(setting.name) +
                    ")");
      }
      if (auto read = setting.read(setting.texts); !read) {
        return fail("--" + setting.name + ": " + read.error());
      }
    }
    for (const auto& check : checks) {
      if (auto checked = check(); !checked) return checked;
    }
    return Ok{};
  }
};

Settings::Settings(std::string program, std::string description, std::string version)
    : impl_(std::make_unique<Impl>()) {
  CLI::App& app = impl_->app;
  impl_->program = program;
  impl_->version = std::move(version);
  app.name(std::move(program));
  app.description(
      std::move(description) +
      "\n\nEach setting is a flag, an environment variable or a key of the TOML file named "
      "by --config;\na flag wins over the environment, and that over the file.");
  app.set_help_flag("--help", "Print this and exit");
  app.add_flag("--version", impl_->show_version, "Print the version and exit")->configurable(false);
  app.add_flag("--check-config", impl_->check_config,
               "Check the settings and exit: 0 when they are right, 2 when not")
      ->configurable(false);
  app.set_config("--config", "", "TOML file with settings; an unknown key is an error");
  app.allow_config_extras(CLI::config_extras_mode::error);
}

Settings::~Settings() = default;

void Settings::add(std::string name, std::string& value, std::string about) {
  impl_->add_one(std::move(name), std::move(about), value, "TEXT",
                 [&value](const std::string& text) -> Outcome<std::string> {
                   value = text;
                   return Ok{};
                 });
}

void Settings::add(std::string name, bool& value, std::string about) {
  Impl::Setting& setting =
      impl_->add(std::move(name), std::move(about), value ? "true" : "false", "[true|false]");
  // "--allow-x" alone means true.
  setting.option->expected(0, 1)->default_str("true");
  setting.read = [&value](const std::vector<std::string>& texts) -> Outcome<std::string> {
    const std::string& text = texts.back();
    if (text == "true" || text == "1" || text == "yes" || text == "on" || text.empty()) {
      value = true;
    } else if (text == "false" || text == "0" || text == "no" || text == "off") {
      value = false;
    } else {
      return fail("\"" + text + "\" is neither true nor false");
    }
    return Ok{};
  };
}

void Settings::add(std::string name, std::int64_t& value, std::string about, std::int64_t min,
                   std::int64_t max) {
  const std::string bounds = std::to_string(min) + " to " + std::to_string(max);
  impl_->add_one(std::move(name), std::move(about) + ", " + bounds, std::to_string(value), "NUMBER",
                 [=, &value](const std::string& text) -> Outcome<std::string> {
                   std::int64_t number = 0;
                   const char* end = text.data() + text.size();
                   const auto [stop, error] = std::from_chars(text.data(), end, number);
                   if (error != std::errc{} || stop != end || number < min || number > max) {
                     return fail("\"" + text + "\" is not a number from " + bounds);
                   }
                   value = number;
                   return Ok{};
                 });
}

void Settings::add(std::string name, Duration& value, std::string about, Duration min,
                   Duration max) {
  const std::string bounds = format_duration(min) + " to " + format_duration(max);
  impl_->add_one(std::move(name), std::move(about) + ", " + bounds, format_duration(value),
                 "DURATION", [=, &value](const std::string& text) -> Outcome<std::string> {
                   auto duration = parse_duration(text);
                   if (!duration) return fail(duration.error());
                   if (*duration < min || *duration > max) {
                     return fail("\"" + text + "\" is not within " + bounds);
                   }
                   value = *duration;
                   return Ok{};
                 });
}

void Settings::add(std::string name, Endpoint& value, std::string about) {
  impl_->add_one(std::move(name), std::move(about),
                 value.host.empty() ? std::string() : value.to_string(), "HOST:PORT",
                 [&value](const std::string& text) -> Outcome<std::string> {
                   auto endpoint = Endpoint::parse(text);
                   if (!endpoint) return fail(endpoint.error());
                   value = *endpoint;
                   return Ok{};
                 });
}

void Settings::add_advertised(std::string name, Endpoint& value, std::string about) {
  impl_->add_one(std::move(name), std::move(about),
                 value.host.empty() ? std::string() : value.to_string(), "HOST:PORT",
                 [&value](const std::string& text) -> Outcome<std::string> {
                   auto endpoint = Endpoint::parse(text);
                   if (!endpoint) return fail(endpoint.error());
                   if (auto good = check_advertisable(*endpoint); !good) return good;
                   value = *endpoint;
                   return Ok{};
                 });
}

void Settings::add_choice(std::string name, std::string& value, std::string about,
                          std::vector<std::string> choices) {
  const std::string listed = join(choices, "|");
  impl_->add_one(std::move(name), std::move(about), value, listed,
                 [=, &value](const std::string& text) -> Outcome<std::string> {
                   if (std::find(choices.begin(), choices.end(), text) == choices.end()) {
                     return fail("\"" + text + "\" is not one of " + listed);
                   }
                   value = text;
                   return Ok{};
                 });
}

void Settings::add_secret_file(std::string name, std::string& secret, std::string about) {
  impl_->add_one(std::move(name), std::move(about), "", "FILE",
                 [&secret](const std::string& path) -> Outcome<std::string> {
                   auto content = read_secret_file(path);
                   if (!content) return fail(content.error());
                   secret = std::move(content).value();
                   return Ok{};
                 });
}

void Settings::add_list(std::string name, std::vector<std::string>& value, std::string about) {
  Impl::Setting& setting =
      impl_->add(std::move(name), std::move(about), join(value, ","), "TEXT,...");
  setting.option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->expected(1, CLI::detail::expected_max_vector_size)
      ->delimiter(',');
  setting.read = [&value](const std::vector<std::string>& texts) -> Outcome<std::string> {
    value = texts;
    return Ok{};
  };
}

void Settings::require(const std::string& name) {
  for (auto& setting : impl_->settings) {
    if (setting.name == name) setting.required = true;
  }
}

void Settings::check(std::function<Outcome<std::string>()> check) {
  impl_->checks.push_back(std::move(check));
}

bool Settings::given(const std::string& name) const {
  return std::any_of(impl_->settings.begin(), impl_->settings.end(), [&](const auto& setting) {
    return setting.name == name && !setting.texts.empty();
  });
}

std::optional<Settings::Exit> Settings::parse(int argc, const char* const* argv) {
  const auto refuse = [this](const std::string& why) {
    return Exit{2, "", one_line(impl_->program + ": " + why)};
  };
  std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
  for (auto& setting : impl_->settings) setting.texts.clear();
  impl_->append_environment(arguments);
  // CLI11 wants them last first.
  std::reverse(arguments.begin(), arguments.end());
  try {
    impl_->app.parse(std::move(arguments));
  } catch (const CLI::CallForHelp&) {
    return Exit{0, impl_->app.help(), ""};
  } catch (const CLI::FileError& error) {
    return refuse("--config: " + std::string(error.what()));
  } catch (const CLI::ConfigError& error) {
    return refuse("--config: unknown key: " + unknown_key(error.what()));
  } catch (const CLI::Error& error) {
    return refuse(error.what());
  }
  if (impl_->show_version) {
    return Exit{0, impl_->program + " " + impl_->version + "\n", ""};
  }
  if (auto read = impl_->read_all(); !read) return refuse(read.error());
  if (impl_->check_config) return Exit{0, impl_->program + ": the settings are right\n", ""};
  return std::nullopt;
}

}  // namespace monarch::runtime
