#include "stores/redis_reader.hpp"

#include <hiredis/read.h>
#include <utility>

#include "base/assert.hpp"

namespace monarch::stores {

namespace {

// Where the item that hiredis reports belongs: in its array, or it is the reply itself.
Reply& place(const redisReadTask* task) {
  if (task->parent != nullptr) {
    auto* parent = static_cast<Reply*>(task->parent->obj);
    return parent->elements[static_cast<std::size_t>(task->idx)];
  }
  return *static_cast<Reply*>(task->privdata);
}

void* create_string(const redisReadTask* task, char* bytes, std::size_t length) {
  auto& reply = place(task);
  reply.kind = task->type == REDIS_REPLY_ERROR ? Reply::Kind::kError : Reply::Kind::kString;
  reply.text.assign(bytes, length);
  return &reply;
}

void* create_array(const redisReadTask* task, int elements) {
  auto& reply = place(task);
  reply.kind = Reply::Kind::kArray;
  reply.elements.resize(elements > 0 ? static_cast<std::size_t>(elements) : 0);
  return &reply;
}

void* create_integer(const redisReadTask* task, long long value) {
  auto& reply = place(task);
  reply.kind = Reply::Kind::kInteger;
  reply.integer = value;
  return &reply;
}

void* create_nil(const redisReadTask* task) {
  auto& reply = place(task);
  reply.kind = Reply::Kind::kNil;
  return &reply;
}

// The objects are parts of root_, which outlives the reader.
void free_nothing(void* /*object*/) {}

redisReplyObjectFunctions reply_functions = {create_string, create_array, create_integer,
                                             create_nil, free_nothing};

}  // namespace

void RedisReader::Free::operator()(redisReader* reader) const { redisReaderFree(reader); }

RedisReader::RedisReader(std::size_t reply_bytes_max) : reply_bytes_max_(reply_bytes_max) {
  reset();
}

RedisReader::~RedisReader() = default;

void RedisReader::reset() {
  reader_.reset(redisReaderCreateWithFunctions(&reply_functions));
  MONARCH_ASSERT(reader_ != nullptr);
  reader_->privdata = &root_;
  root_ = Reply{};
  broken_ = false;
}

void RedisReader::feed(std::string_view bytes) {
  if (broken_ || bytes.empty()) return;
  if (redisReaderFeed(reader_.get(), bytes.data(), bytes.size()) != 0) broken_ = true;
}

std::optional<Reply> RedisReader::next() {
  if (broken_) return std::nullopt;
  void* object = nullptr;
  if (redisReaderGetReply(reader_.get(), &object) != 0) {
    broken_ = true;
    return std::nullopt;
  }
  if (object == nullptr) {
    broken_ = reader_->len - reader_->pos > reply_bytes_max_;
    return std::nullopt;
  }
  return std::exchange(root_, Reply{});
}

}  // namespace monarch::stores
