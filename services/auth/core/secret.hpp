// Secret: bytes that must not outlive their use, a password above all. Move-only, so that no second
// copy stays behind; zeroed when it dies. A value, no thread of its own.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace monarch::auth {

// Zeroes memory in a way the optimiser must not drop.
inline void wipe(void* data, std::size_t size) {
  volatile auto* bytes = static_cast<volatile unsigned char*>(data);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = 0;
}

// For secrets that arrive in somebody else's string, a protobuf field for instance.
inline void wipe(std::string& text) {
  wipe(text.data(), text.size());
  text.clear();
}

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string_view text) : Secret(text.size()) { text.copy(data_.get(), size_); }
  // Room for `size` bytes, zeroed, to be filled through data().
  explicit Secret(std::size_t size) : data_(std::make_unique<char[]>(size)), size_(size) {}
  Secret(Secret&& other) noexcept
      : data_(std::move(other.data_)), size_(std::exchange(other.size_, 0)) {}
  Secret& operator=(Secret&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret() { wipe(data_.get(), size_); }

  [[nodiscard]] std::string_view view() const { return {data_.get(), size_}; }
  [[nodiscard]] char* data() { return data_.get(); }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  std::unique_ptr<char[]> data_;
  std::size_t size_ = 0;
};

}  // namespace monarch::auth
