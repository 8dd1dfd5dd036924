// Importer: one import of thousands of accounts, chunk by chunk, in memory no larger than a chunk.
// Lives on the service's loop for as long as the stream it serves; the ports outlive it.
//
// Not atomic: each chunk is a create of all its rows at once. Atomic: the chunks are staged as
// pending rows that bear the import's number; finish() activates all of them in one statement, or
// drops them when a single row was bad.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "auth/core/registrar.hpp"

namespace monarch::auth {

struct ImportRow {
  std::uint64_t line = 0;
  Result<Application, std::string> application;  // or why the door refused it
};

struct BadRow {
  std::uint64_t line = 0;
  std::string reason;
};

struct ImportAnswer {
  std::uint64_t created = 0;
  std::vector<BadRow> bad;
};

class Importer {
 public:
  static constexpr std::size_t kChunkRowsMax = Principals::kPrincipalsMax;

  Importer(AccountStore& store, PasswordVault& vault, Principals& principals, bool atomic,
           std::uint64_t atomic_rows_max)
      : store_(store),
        vault_(vault),
        principals_(principals),
        atomic_(atomic),
        atomic_rows_max_(atomic_rows_max) {}

  // At most kChunkRowsMax rows. After a refusal the import is over: abandon() it.
  [[nodiscard]] Task<Result<ImportAnswer, Refusal>> take(std::vector<ImportRow> rows);
  // After the last chunk: how many an atomic import has created, all or none.
  [[nodiscard]] Task<Result<ImportAnswer, Refusal>> finish();
  // The other end is gone before the last chunk: an atomic import leaves nothing.
  [[nodiscard]] Task<> abandon();

 private:
  struct Candidate {
    std::uint64_t line;
    Application application;
  };

  [[nodiscard]] static std::vector<Candidate> sift(std::vector<ImportRow> rows,
                                                   ImportAnswer& answer);
  // Stores the candidates as pending and leaves in them those that are now ours to activate.
  [[nodiscard]] Task<Outcome<Refusal>> stage(std::vector<Candidate>& candidates,
                                             std::vector<AccountId>& ids, ImportAnswer& answer);
  [[nodiscard]] Task<Outcome<Refusal>> adopt(const std::vector<Candidate>& candidates,
                                             std::vector<AccountId>& ids,
                                             std::vector<std::size_t> left, ImportAnswer& answer);
  [[nodiscard]] Task<Outcome<Refusal>> settle(const std::vector<Candidate>& candidates,
                                              std::vector<AccountId> ids, ImportAnswer& answer);
  [[nodiscard]] Task<Outcome<Refusal>> settle_singly(std::vector<Principal> principals,
                                                     const std::vector<Candidate>& candidates,
                                                     std::vector<AccountId>& ids,
                                                     ImportAnswer& answer);

  AccountStore& store_;
  PasswordVault& vault_;
  Principals& principals_;
  bool atomic_;
  std::uint64_t atomic_rows_max_;

  ImportId import_;  // none until the first chunk of an atomic import
  std::uint64_t rows_ = 0;
  bool spoiled_ = false;
};

}  // namespace monarch::auth
