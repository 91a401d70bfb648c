#pragma once
// A secret's value: it can be used, not printed. It has no operator<<, no conversion to text and no JSON form; its
// memory is wiped when it goes.

#include <string>
#include <string_view>
#include <utility>

namespace handoff::config {

class SecretText {
 public:
  SecretText() = default;
  explicit SecretText(std::string value) : value_(std::move(value)) {}
  SecretText(const SecretText&) = default;
  SecretText(SecretText&& other) noexcept : value_(std::move(other.value_)) { other.wipe(); }
  SecretText& operator=(const SecretText& other) {
    if (this != &other) {
      wipe();
      value_ = other.value_;
    }
    return *this;
  }
  SecretText& operator=(SecretText&& other) noexcept {
    if (this != &other) {
      wipe();
      value_ = std::move(other.value_);
      other.wipe();  // a short string stays behind when it is moved
    }
    return *this;
  }
  ~SecretText() { wipe(); }

  bool empty() const { return value_.empty(); }
  /// The value itself. Only for what signs, authenticates or seals.
  std::string_view reveal() const { return value_; }

 private:
  void wipe() noexcept;
  std::string value_;
};

template <class Stream>
Stream& operator<<(Stream&, const SecretText&) = delete;

}  // namespace handoff::config
