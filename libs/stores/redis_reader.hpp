// RedisReader: bytes from Redis become Reply values, by hiredis's parser. Pure; owned by a link.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "stores/redis_reply.hpp"

struct redisReader;

namespace monarch::stores {

class RedisReader {
 public:
  explicit RedisReader(std::size_t reply_bytes_max);
  RedisReader(const RedisReader&) = delete;
  RedisReader& operator=(const RedisReader&) = delete;
  ~RedisReader();

  void reset();
  void feed(std::string_view bytes);
  // The next complete reply; nothing when more bytes are needed or the stream is broken().
  [[nodiscard]] std::optional<Reply> next();
  // The bytes are no RESP2, or a reply is greater than reply_bytes_max.
  [[nodiscard]] bool broken() const { return broken_; }

 private:
  struct Free {
    void operator()(redisReader* reader) const;
  };
  std::size_t reply_bytes_max_;
  std::unique_ptr<redisReader, Free> reader_;
  Reply root_;  // the reply being built: hiredis writes into it
  bool broken_ = false;
};

}  // namespace monarch::stores
