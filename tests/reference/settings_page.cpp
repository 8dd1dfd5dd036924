#include "settings_page.hpp"

#include <algorithm>
#include <utility>

#include "page.hpp"

namespace monarch::reference {
namespace {

constexpr const char* kIntroduction =
    R"(# Settings

Everything that the programs can be told. **This page is made from their `--help`** by `./dev docs`, and a test
compares the two: do not edit it.

- A service (`monarch-auth`, …) takes each setting as a flag, `--node-id auth-1` or `--node-id=auth-1`; as the
  environment variable beside it; or as a key of the TOML file that `--config` (or `MONARCH_CONFIG`) names, the flag without its
  hyphens: `node-id = "auth-1"`. A flag wins over the environment, and that over the file. `--check-config` reads all of
  it and says what is wrong, without starting anything.
- What makes no sense stops the start: exit status 2, and one line that names the setting.
- A *duration* is written `250ms`, `5s`, `2m`, `1h` or as a sum, `1m30s`. A *list* is given with commas, by repeating the
  flag, or as a TOML array. *file* is the path of a file, and where it holds a secret, not everybody may be able to read it.
- What limits something is in [limits.md](../limits.md) too, with the metric that shows it being reached.
- `./dev up` gives each process what it needs (`tools/dev/services.bash`), so do [containers](../compose.md#other-settings-more-nodes) and
  [Kubernetes](../kubernetes.md).
)";

std::string replace_all(std::string text, const std::string& what, const std::string& with) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
  return text;
}

std::string service_of(const Program& program) {
  return program.name.substr(program.name.find('-') + 1);
}

// What is said of "auth-1" by auth is the same as what presence says of "presence-1".
Setting without_name(Setting setting, const Program& program) {
  setting.value = replace_all(setting.value, service_of(program) + "-", "SERVICE-");
  return setting;
}

bool has(const Program& program, const Setting& setting) {
  const auto& all = program.help.settings;
  return std::any_of(all.begin(), all.end(),
                     [&](const Setting& own) { return without_name(own, program) == setting; });
}

std::string kind(const Setting& setting) {
  const std::string& kind = setting.kind;
  std::string text;
  if (kind.empty()) {
    return "–";
  } else if (kind.find('|') != std::string::npos) {
    text = code(kind);
    text = replace_all(text, "\\|", "`, `");
  } else if (kind == "NUMBER" || kind == "INT") {
    text = "number";
  } else if (kind == "TEXT" || kind == "DURATION" || kind == "FILE") {
    text = kind;
    for (char& c : text) c = static_cast<char>(c | 0x20);
  } else {
    text = cell(kind);
  }
  if (setting.repeated) text = kind == "TEXT" ? "list" : "list of " + text;
  return text;
}

std::string row(const Setting& setting, const std::string& anchor) {
  std::string line = "| <a id=\"" + anchor + "\"></a>" + code(setting.flag) + " | " +
                     code(setting.variable) + " | " + kind(setting) + " | " +
                     (setting.required ? "must be given" : code(setting.value)) + " | " +
                     cell(setting.bounds) + " | " + cell(setting.meaning) + " |\n";
  return line;
}

std::string table(const std::vector<Setting>& settings, const std::string& prefix) {
  std::string text =
      "\n| Flag | Variable | Takes | Default | Bounds | Meaning |\n"
      "| --- | --- | --- | --- | --- | --- |\n";
  for (const Setting& setting : settings) {
    const auto name = setting.flag.find_first_not_of('-');
    text += row(setting, prefix + setting.flag.substr(std::min(name, setting.flag.size())));
  }
  return text;
}

}  // namespace

std::string settings_page(const std::vector<Program>& services, const std::vector<Program>& tools) {
  std::string page = kIntroduction;
  std::vector<Setting> common;
  if (!services.empty()) {
    for (const Setting& own : services.front().help.settings) {
      const Setting setting = without_name(own, services.front());
      if (std::all_of(services.begin(), services.end(),
                      [&](const Program& program) { return has(program, setting); })) {
        common.push_back(setting);
      }
    }
    page += "\n## Every service\n\nThe same in all of them; `SERVICE` stands for its name.\n";
    page += table(common, "");
  }
  for (const Program& program : services) {
    std::vector<Setting> own;
    for (const Setting& setting : program.help.settings) {
      if (std::find(common.begin(), common.end(), without_name(setting, program)) == common.end()) {
        own.push_back(setting);
      }
    }
    page += "\n## " + program.name + "\n\nIt " + program.help.description + ".\n";
    page += table(own, service_of(program) + "-");
  }
  for (const Program& program : tools) {
    page += "\n## " + program.name + "\n\n" + program.help.description;
    page += program.help.description.ends_with('.') ? "\n" : ".\n";
    page += table(program.help.settings, program.name + "-");
  }
  return page;
}

}  // namespace monarch::reference
