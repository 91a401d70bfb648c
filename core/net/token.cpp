#include "core/net/token.hpp"

#include <algorithm>
#include <utility>

#include "core/net/http_text.hpp"

namespace handoff::net {
namespace {

constexpr std::chrono::seconds kMarginMax{60};
constexpr std::chrono::seconds kLifeMax{30 * 24 * 3600};  // a longer promise is not believed

}  // namespace

const Headers* TokenCache::headers_at(Time now) const {
  return !headers_.empty() && now < valid_until_ ? &headers_ : nullptr;
}

const std::string* TokenCache::resting_at(Time now) const { return now < rest_until_ ? &rest_why_ : nullptr; }

std::expected<void, std::string> TokenCache::end_fetch(Fetched fetched, Time now) {
  fetching_ = false;
  headers_.clear();
  if (fetched && !unfit(fetched->headers).empty())
    fetched = std::unexpected(TokenFailure{"token: the token cannot stand in a header", {}});
  if (!fetched) {
    rest_until_ = now + fetched.error().rest;
    rest_why_ = fetched.error().why;
    return std::unexpected(rest_why_);
  }
  const auto life = std::clamp(fetched->life, std::chrono::seconds(1), kLifeMax);
  headers_ = std::move(fetched->headers);
  valid_until_ = now + life - std::min(kMarginMax, life / 10);
  ++generation_;
  return {};
}

void TokenCache::invalidate(std::uint64_t generation) {
  if (generation == generation_) headers_.clear();
}

std::string unfit(const Headers& headers) {
  for (const auto& [name, value] : headers) {
    if (!is_token(name)) return "auth: a header name is not a token";
    if (value.empty() || !is_field_value(value)) return "auth: the secret for " + name + " cannot stand in a header";
  }
  return {};
}

}  // namespace handoff::net
