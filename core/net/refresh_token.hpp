#pragma once
// The refresh token of one connection, at a vendor that takes each only once.

#include <expected>
#include <functional>
#include <string>

namespace handoff::net {

/// Where it is kept. Everything is called on the io thread; each `Done` is called once on it, when what was said is
/// durable (or cannot be), and not before. One thing at a time is asked of it.
class RefreshTokens {
 public:
  using Done = std::function<void(std::expected<void, std::string>)>;
  virtual ~RefreshTokens() = default;

  /// The one to show next.
  virtual std::string current() const = 0;
  /// It is about to be shown. If no more is heard, it may be spent.
  virtual void showing(Done done) = 0;
  /// The vendor took it, and gave `next`, or `next` is the same one and still good.
  virtual void keep(std::string next, Done done) = 0;
  /// The vendor refused it for good: "400 invalid_grant".
  virtual void refused(std::string answer, Done done) = 0;
  /// What a person does after refused(), as a sentence.
  virtual std::string advice() const = 0;
};

}  // namespace handoff::net
