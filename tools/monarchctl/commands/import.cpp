#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <utility>

#include "monarchctl/commands.hpp"
#include "monarchctl/csv.hpp"

namespace monarch::ctl {

namespace pb = monarch::auth::v1;

namespace {

constexpr int kChunkRows = 500;  // as accounts.proto allows
constexpr std::chrono::seconds kQuietFor{2};
constexpr std::chrono::seconds kReportEvery{1};
constexpr std::size_t kFields = 3;

// Tells people that something goes on, when it goes on for longer than a moment.
class Progress {
 public:
  void tell(std::uint64_t rows) {
    const auto now = std::chrono::steady_clock::now();
    if (now - begun_ < kQuietFor || now - told_ < kReportEvery) return;
    told_ = now;
    std::fprintf(stderr, "%llu rows sent …\n", static_cast<unsigned long long>(rows));
  }

 private:
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point told_ = begun_;
};

class Import {
 public:
  Import(Cluster& cluster, Cluster::AccountsStub& stub, CsvReader& reader, bool atomic)
      : cluster_(cluster), reader_(reader), atomic_(atomic) {
    Cluster::arm_bulk(context_);
    stream_ = stub.Import(&context_);
  }

  Answer run() {
    bool more = true;
    while (more && going_) {
      pb::ImportRequest chunk;
      more = fill(chunk);
      if (chunk.rows_size() > 0) exchange(chunk);
    }
    // A bad row has spoilt an atomic import: it ends without its last chunk, and creates nothing.
    if (atomic_ && bad_.empty() && going_) {
      pb::ImportRequest last;
      last.set_last(true);
      exchange(last);
    }
    stream_->WritesDone();
    const auto status = stream_->Finish();
    const bool given_up =
        atomic_ && !bad_.empty() && status.error_code() == grpc::StatusCode::INVALID_ARGUMENT;
    if (!status.ok() && !given_up) {
      Problem problem = cluster_.auth_problem(status);
      problem.text += "; " + std::to_string(created_) + " accounts were created before that";
      return fail(std::move(problem));
    }
    return report();
  }

 private:
  // False at the end of the file.
  bool fill(pb::ImportRequest& chunk) {
    while (chunk.rows_size() < kChunkRows) {
      auto row = reader_.next();
      if (!row) return false;
      if (!row->fields) {
        bad_[row->line] = row->fields.error();
        continue;
      }
      if (row->fields->size() != kFields) {
        bad_[row->line] = "the line has " + std::to_string(row->fields->size()) +
                          " fields, it must have 3: email,password,name";
        continue;
      }
      auto& wire = *chunk.add_rows();
      wire.set_line(row->line);
      wire.set_handle(std::move((*row->fields)[0]));
      wire.set_password(std::move((*row->fields)[1]));
      wire.set_friendly_name(std::move((*row->fields)[2]));
      if (!length_note(wire.password().size()).empty()) ++long_passwords_;
    }
    return true;
  }

  void exchange(pb::ImportRequest& chunk) {
    chunk.set_atomic(atomic_);
    pb::ImportReply reply;
    if (!stream_->Write(chunk) || !stream_->Read(&reply)) {
      going_ = false;  // Finish() says why
      return;
    }
    sent_ += static_cast<std::uint64_t>(chunk.rows_size());
    created_ += reply.created();
    for (const auto& row : reply.bad()) bad_[row.line()] = row.reason();
    progress_.tell(sent_);
  }

  Output report() const {
    Output output;
    output.status = bad_.empty() ? kDone : kRefused;
    output.json = {{"created", created_}, {"atomic", atomic_}};
    auto bad = nlohmann::ordered_json::array();
    for (const auto& [line, reason] : bad_) {
      output.text += "line " + std::to_string(line) + ": " + reason + "\n";
      bad.push_back({{"line", line}, {"reason", reason}});
    }
    output.json["bad"] = std::move(bad);
    output.text += "created " + std::to_string(created_) + " accounts";
    if (!bad_.empty()) {
      output.text += atomic_ ? ": --atomic keeps none when a row is bad, and " : ", ";
      output.text += std::to_string(bad_.size()) + (bad_.size() == 1 ? " row is" : " rows are");
      output.text += " bad";
    }
    output.text += "\n";
    if (long_passwords_ > 0) {
      std::fprintf(stderr,
                   "note: %zu passwords are longer than the 16 characters that official clients "
                   "send\n",
                   long_passwords_);
    }
    return output;
  }

  Cluster& cluster_;
  CsvReader& reader_;
  bool atomic_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<pb::ImportRequest, pb::ImportReply>> stream_;
  bool going_ = true;
  std::uint64_t sent_ = 0;
  std::uint64_t created_ = 0;
  std::size_t long_passwords_ = 0;
  std::map<std::uint64_t, std::string> bad_;
  Progress progress_;
};

}  // namespace

Answer import_accounts(Cluster& cluster, const std::string& file, bool atomic) {
  std::ifstream opened;
  if (file != "-") {
    opened.open(file, std::ios::binary);
    if (!opened) {
      return fail(Problem{kFailed, "cannot read \"" + file + "\": " + std::strerror(errno)});
    }
  }
  CsvReader reader(file == "-" ? std::cin : opened);
  const auto heading = reader.next();
  const std::vector<std::string> expected{"email", "password", "name"};
  if (!heading || heading->line != 1 || !heading->fields || *heading->fields != expected) {
    return fail(
        Problem{kRefused, "nothing imported: the first line must be exactly email,password,name"});
  }
  auto stub = cluster.accounts();
  if (!stub) return fail(stub.error());
  return Import(cluster, **stub, reader, atomic).run();
}

}  // namespace monarch::ctl
