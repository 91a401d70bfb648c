#pragma once
// Headers that belong to one attempt: made of what is sent, the time and a number used once.

#include <expected>
#include <functional>
#include <string>

#include "core/net/base_url.hpp"
#include "core/net/transport.hpp"

namespace handoff::net {

/// Signs the attempts of one connection; several may be under way. [io thread]
class Signer {
 public:
  using Done = std::function<void(std::expected<Headers, std::string>)>;
  virtual ~Signer() = default;
  /// `request` goes below `base`, and carries no headers of the transport's yet. Both are views of the caller's, for this
  /// call only. `done` is called once, on the io thread, maybe from inside; the error has no secrets.
  virtual void sign(const Request& request, const BaseUrl& base, Done done) = 0;
};

}  // namespace handoff::net
