#pragma once
// How a pull of customers keeps its place (pull_customers/1). The cursor is {"watermark"} between runs, and
// {"watermark", "begin", "place", "until"} within one.

#include <algorithm>
#include <handoff/sdk/connector.hpp>
#include <handoff/sdk/time.hpp>

namespace handoff {

class CustomerPull {
 public:
  CustomerPull(const Replay& c, const PullInput& in)
      : begin_(in.cursor.at("begin").as_string()),
        place_(in.cursor.at("place")),
        from_(to_unix_ms(in.cursor.at("watermark").as_string(in.since))),
        newest_(from_),
        until_(in.cursor.at("until").as_integer().value_or(c.now_ms())) {
    if (in.cursor.at("until").is_null() && from_) begin_ = to_rfc3339(*from_ - kOverlapMs);
  }

  /// Changed since then, RFC 3339; empty: everybody is wanted.
  const std::string& begin() const { return begin_; }
  /// Where in the vendor's list this page begins; null at the first.
  const json::Value& place() const { return place_; }
  /// Each record's own time of its last change.
  void saw(std::string_view changed) {
    std::optional<std::int64_t> at = to_unix_ms(changed);
    if (!at) throw Failure(Failed::unreadable, "a customer without the time of the last change");
    newest_ = std::max(newest_.value_or(*at), *at);
  }

  PullResult more(json::Value place) const { return more(std::move(place), begin_); }
  /// The next page, of those changed since `begin`.
  PullResult more(json::Value place, const std::string& begin) const {
    json::Object next;
    if (newest_) next.set("watermark", to_rfc3339(*newest_));
    next.set("begin", begin).set("place", std::move(place)).set("until", until_);
    return PullResult(json::Value(std::move(next)));
  }
  /// Who changed while the list was read may have been passed over: the next pull begins no later than this one did.
  PullResult end() const {
    json::Object next;
    if (newest_) next.set("watermark", to_rfc3339(std::min(*newest_, until_)));
    PullResult out;
    out.cursor = json::Value(std::move(next));
    return out;
  }

 private:
  /// Lists lag behind changes: one vendor says a minute or longer, others do not say.
  static constexpr std::int64_t kOverlapMs = 600'000;

  std::string begin_;
  json::Value place_;
  std::optional<std::int64_t> from_, newest_;
  std::int64_t until_ = 0;  // when the run began
};

}  // namespace handoff
