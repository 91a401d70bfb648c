#include "core/config/secret.hpp"

#include <cstring>

namespace handoff::config {

void SecretText::wipe() noexcept {
  value_.resize(value_.capacity());  // what an earlier, longer value left behind goes too
  explicit_bzero(value_.data(), value_.size());
  value_.clear();
}

}  // namespace handoff::config
