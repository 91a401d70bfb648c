#include "core/model/identity.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include "core/crypto/hash.hpp"

namespace handoff {

namespace {

/// Length-prefixed, so that ("ab","c") and ("a","bc") differ.
void put(std::string& out, std::string_view field) {
  out += std::to_string(field.size());
  out += ':';
  out += field;
  out += '|';
}

constexpr int kProbeDate = 65535;  // in the year 2149: no credit's date

std::optional<int> digits(std::string_view text) {
  int value = 0;
  for (char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

std::string call_digest(const EffectKey& effect, std::string_view label, int revision) {
  std::string text = effect_text(effect);
  put(text, label);
  put(text, std::to_string(revision));
  return crypto::base32(crypto::bytes(crypto::sha256(text)));
}

}  // namespace

std::string place(std::string_view store, std::string_view terminal) {
  std::string out;
  for (char c : store) c == '/' ? out += "%2F" : c == '%' ? out += "%25" : out += c;
  return terminal.empty() ? out : out + "/" + std::string(terminal);
}

std::string cid_text(const CreditKey& key) {
  std::string out;
  out.reserve(96);
  put(out, key.tenant);
  put(out, key.source);
  if (!key.unique_id.empty()) {
    out += "id|";
    put(out, key.unique_id);
    return out;
  }
  put(out, key.scope);
  put(out, key.business_date);
  put(out, key.transaction);
  put(out, key.line);
  return out;
}

std::string credit_id(const CreditKey& key) {
  // A unique id is the identity by itself: a date that came out different the second time must not make it new.
  int days = key.unique_id.empty() ? days_from_date(key.business_date).value_or(0) : 0;
  auto date = static_cast<std::uint16_t>(key.source == kProbeSource ? kProbeDate : std::clamp(days, 0, kProbeDate - 2));
  std::string place;
  put(place, key.tenant);
  put(place, key.source);
  put(place, key.unique_id.empty() ? key.scope : std::string());
  crypto::Digest where = crypto::sha256(place);
  crypto::Digest what = crypto::sha256(cid_text(key));
  std::string out;
  out += static_cast<char>(date >> 8);
  out += static_cast<char>(date & 255);
  out += crypto::bytes(where).substr(0, 4);
  out += crypto::bytes(what).substr(0, 8);
  return out;
}

bool is_probe_ref(std::string_view ref) {
  constexpr std::string_view kBegin = "sc_777";  // of base32: fifteen bits of kProbeDate
  return ref.size() > kBegin.size() && std::ranges::equal(ref.substr(0, kBegin.size()), kBegin, [](char a, char b) {
           return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + 32) : a) == b;
         });
}

std::string credit_ref(std::string_view id) { return "sc_" + crypto::base32(id); }

std::optional<std::string> credit_id_from_ref(std::string_view ref) {
  if (!ref.starts_with("sc_")) return std::nullopt;
  std::optional<std::string> id = crypto::from_base32(ref.substr(3));
  if (!id || id->size() != 14) return std::nullopt;
  return id;
}

std::optional<int> days_from_date(std::string_view date) {
  if (date.size() != 10 || date[4] != '-' || date[7] != '-') return std::nullopt;
  std::optional<int> year = digits(date.substr(0, 4));
  std::optional<int> month = digits(date.substr(5, 2));
  std::optional<int> day = digits(date.substr(8, 2));
  if (!year || !month || !day) return std::nullopt;
  std::chrono::year_month_day calendar{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                       std::chrono::day(static_cast<unsigned>(*day))};
  if (!calendar.ok()) return std::nullopt;
  return std::chrono::sys_days(calendar).time_since_epoch().count();
}

std::string date_from_days(int days) {
  std::chrono::year_month_day calendar{std::chrono::sys_days(std::chrono::days(days))};
  auto two = [](unsigned value) { return (value < 10 ? "0" : "") + std::to_string(value); };
  std::string year = std::to_string(static_cast<int>(calendar.year()));
  if (year.size() < 4) year.insert(0, 4 - year.size(), '0');
  return year + "-" + two(static_cast<unsigned>(calendar.month())) + "-" + two(static_cast<unsigned>(calendar.day()));
}

std::string rfc3339(std::int64_t unix_ms) {
  std::int64_t days = unix_ms >= 0 ? unix_ms / kDayMs : (unix_ms - kDayMs + 1) / kDayMs;
  std::int64_t rest = unix_ms - days * kDayMs;
  auto pad = [](std::int64_t value, std::size_t width) {
    std::string text = std::to_string(value);
    return std::string(width - std::min(width, text.size()), '0') + text;
  };
  return date_from_days(static_cast<int>(days)) + "T" + pad(rest / 3'600'000, 2) + ":" + pad(rest / 60'000 % 60, 2) +
         ":" + pad(rest / 1000 % 60, 2) + "." + pad(rest % 1000, 3) + "Z";
}

std::string in_doubt_until(const std::string& hop, std::int64_t unix_ms) {
  return hop + " is in doubt, until " + rfc3339(unix_ms).substr(11, 8) + " UTC";
}

std::optional<std::int64_t> unix_ms(std::string_view text) {
  auto below = [&](std::size_t at, int bound) -> std::optional<int> {
    std::optional<int> value = text.size() >= at + 2 ? digits(text.substr(at, 2)) : std::nullopt;
    return value && *value < bound ? value : std::nullopt;
  };
  std::optional<std::int64_t> days = days_from_date(text.substr(0, 10));
  if (text.size() < 20 || !days || text[10] != 'T' || text[13] != ':' || text[16] != ':') return std::nullopt;
  std::optional<int> hour = below(11, 24), minute = below(14, 60), second = below(17, 61);  // 60: a leap second
  if (!hour || !minute || !second) return std::nullopt;
  std::int64_t ms = ((*days * 24 + *hour) * 60 + *minute) * 60'000 + *second * 1000;
  text.remove_prefix(19);
  if (text.front() == '.') {
    std::size_t end = text.find_first_not_of("0123456789", 1);
    if (end == 1 || end == std::string_view::npos) return std::nullopt;
    std::int64_t scale = 100;
    for (char digit : text.substr(1, std::min<std::size_t>(end - 1, 3))) {
      ms += (digit - '0') * scale;
      scale /= 10;
    }
    text.remove_prefix(end);
  }
  if (text == "Z") return ms;
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return std::nullopt;
  std::optional<int> hours = below(1, 24), minutes = below(4, 60);
  if (!hours || !minutes) return std::nullopt;
  std::int64_t offset = (*hours * 60 + *minutes) * 60'000;
  return text[0] == '+' ? ms - offset : ms + offset;
}

std::string effect_text(const EffectKey& key) {
  std::string out;
  out.reserve(160);
  put(out, key.tenant);
  put(out, key.subject);
  put(out, key.surface);
  put(out, key.op);
  put(out, std::to_string(key.generation));
  put(out, std::to_string(key.ordinal));
  return out;
}

std::string call_key(const EffectKey& effect, std::string_view label, int revision) {
  return "ho1-" + call_digest(effect, label, revision).substr(0, 32);
}

std::string call_ref20(const EffectKey& effect, std::string_view label, int revision) {
  return call_digest(effect, label, revision).substr(32, 20);
}

std::string why_unfit(const SourceEvent& event) {
  static constexpr std::array<std::string_view, 5> kMovements = {"credit.redeemed", "credit.refunded",
                                                                 "credit.adjusted", "credit.expired", "credit.voided"};
  if (std::ranges::find(kMovements, event.kind) != kMovements.end())
    return event.refs.empty() ? "a movement that names no credit" : "";
  if (event.kind != "credit.issued" && event.kind != "credit.cancelled") return "an event of kind '" + event.kind + "'";
  if (event.kind == "credit.issued" && !event.amount.is_positive()) return "an event without a positive amount";
  if (event.amount.minor() > kCreditMinorMax)
    return "an event of " + event.amount.text() + ", which is more than one credit can be";
  bool identified = !event.unique_id.empty() || (!event.transaction.empty() && !event.business_date.empty());
  return identified ? "" : "an event without an identity: it would be a new credit each time";
}

}  // namespace handoff
