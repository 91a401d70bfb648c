#include "core/identity/plain_phone.hpp"

#include <phonenumbers/phonemetadata.pb.h>
#include <phonenumbers/phonenumberutil.h>

#include <algorithm>
#include <deque>
#include <list>
#include <mutex>
#include <set>
#include <unordered_map>
#include <vector>

#include "core/identity/digit_patterns.hpp"
#include "core/identity/text.hpp"

// The library's tables, as it carries them; no header that is installed names them. Weak: without them it is asked each
// time.
namespace i18n::phonenumbers {
[[gnu::weak]] int metadata_size();
[[gnu::weak]] const void* metadata_get();
}  // namespace i18n::phonenumbers

namespace handoff::identity {

namespace {

using i18n::phonenumbers::PhoneMetadata;
using i18n::phonenumbers::PhoneMetadataCollection;
using i18n::phonenumbers::PhoneNumberDesc;
using i18n::phonenumbers::PhoneNumberUtil;

constexpr std::size_t kLeast = 6, kMost = 17;  // digits; others are rare, and the library has rules of its own for them

enum class Length { possible, local_only, too_short, too_long, between };

std::uint32_t bit_of(std::size_t length) { return length < 32 ? std::uint32_t{1} << length : 0; }

/// How one region numbers.
class Plan {
 public:
  explicit Plan(const PhoneMetadata& from) : code_(std::to_string(from.country_code())) {
    read_ = read_patterns(from) && read_prefixes(from);
    lengths(from.general_desc());
  }

  bool read() const { return read_; }
  const std::string& code() const { return code_; }

  bool fits(std::string_view digits) const { return (patterns_.matching(digits) & 1) != 0; }

  /// Fits, and is of a kind that numbers are assigned in.
  bool assigned(std::string_view digits) const {
    DigitPatterns::Mask mask = patterns_.matching(digits);
    if ((mask & 1) == 0 || !allows(0, digits.size())) return false;
    for (std::size_t kind = 1; kind < allowed_.size(); ++kind)
      if ((mask >> kind & 1) != 0 && allows(kind, digits.size())) return true;
    return false;
  }

  /// Nothing: this plan is not known by a beginning. Else whether the number has it.
  std::optional<bool> begins(std::string_view digits) const {
    if (!has_beginning_) return std::nullopt;
    return prefixes_.beginning(digits) & kBeginning;
  }

  bool dials_abroad(std::string_view digits) const { return (prefixes_.beginning(digits) & kAbroad) != 0; }
  /// Begins with a national prefix that is more than some digits to be left out.
  bool prefix_is_hard(std::string_view digits) const {
    return prefix_.empty() && (prefixes_.beginning(digits) & kNational) != 0;
  }

  /// Without the national prefix, unless only with it the number fits.
  std::string_view without_prefix(std::string_view digits) const {
    if (prefix_.empty() || !digits.starts_with(prefix_)) return digits;
    std::string_view rest = digits.substr(prefix_.size());
    return fits(digits) && !fits(rest) ? digits : rest;
  }

  Length length(std::size_t digits) const {
    if ((bit_of(digits) & local_) != 0) return Length::local_only;
    if (digits < shortest_) return Length::too_short;
    if (digits > longest_) return Length::too_long;
    return (bit_of(digits) & possible_) != 0 ? Length::possible : Length::between;
  }

 private:
  static constexpr DigitPatterns::Mask kAbroad = 1, kNational = 2, kBeginning = 4;

  bool allows(std::size_t kind, std::size_t digits) const {
    return allowed_[kind] == 0 || (allowed_[kind] & bit_of(digits)) != 0;
  }

  bool read_patterns(const PhoneMetadata& from) {
    const PhoneNumberDesc* kinds[] = {&from.general_desc(), &from.fixed_line(),      &from.mobile(),
                                      &from.toll_free(),    &from.premium_rate(),    &from.shared_cost(),
                                      &from.voip(),         &from.personal_number(), &from.pager(),
                                      &from.uan(),          &from.voicemail()};
    std::vector<std::string> texts;
    for (const PhoneNumberDesc* kind : kinds) {
      texts.push_back(kind->national_number_pattern());
      std::uint32_t lengths = 0;
      bool none = false;
      for (int length : kind->possible_length()) {
        none = none || length < 0;
        if (length >= 0) lengths |= bit_of(static_cast<std::size_t>(length));
      }
      allowed_.push_back(none ? 1u : lengths);  // of no digit: the kind does not exist
    }
    std::optional<DigitPatterns> read = DigitPatterns::of(texts);
    if (read) patterns_ = std::move(*read);
    return read.has_value();
  }

  bool read_prefixes(const PhoneMetadata& from) {
    std::string national = from.national_prefix_for_parsing();
    std::erase(national, '$');  // then more begin with it, and more is asked of the library
    std::optional<DigitPatterns> read =
        DigitPatterns::of({from.international_prefix(), national, from.leading_digits()});
    bool may_be_nothing = read && (read->beginning({}) & (kAbroad | kNational)) != 0;
    if (!read || may_be_nothing || from.international_prefix().empty()) return false;
    prefixes_ = std::move(*read);
    has_beginning_ = from.has_leading_digits();
    const std::string& prefix = from.national_prefix_for_parsing();
    bool simple = from.national_prefix_transform_rule().empty() && std::ranges::all_of(prefix, digit);
    if (simple) prefix_ = prefix;
    return true;
  }

  void lengths(const PhoneNumberDesc& general) {
    read_ = read_ && general.possible_length_size() > 0;
    for (int length : general.possible_length()) {
      read_ = read_ && length > 0;
      if (length <= 0) continue;
      auto digits = static_cast<std::size_t>(length);
      possible_ |= bit_of(digits);
      shortest_ = std::min(shortest_, digits);
      longest_ = std::max(longest_, digits);
    }
    for (int length : general.possible_length_local_only())
      if (length > 0) local_ |= bit_of(static_cast<std::size_t>(length));
  }

  std::string code_, prefix_;
  DigitPatterns patterns_, prefixes_;
  std::vector<std::uint32_t> allowed_;  // lengths by kind, the general one first; 0 = any
  bool has_beginning_ = false, read_ = false;
  std::uint32_t possible_ = 0, local_ = 0;
  std::size_t shortest_ = kMost, longest_ = 0;
};

/// All plans. Each is made when it is first needed: one takes a millisecond.
class Plans {
 public:
  static Plans& all() {
    static Plans plans;
    return plans;
  }

  /// Null: the library must be asked.
  const Plan* of_region(std::string_view region) {
    auto found = by_region_.find(std::string(region));
    return found == by_region_.end() ? nullptr : made(*found->second);
  }
  /// The main one of a calling code.
  const Plan* of_code(const std::string& code) {
    auto found = by_code_.find(code);
    return found == by_code_.end() ? nullptr : made(*found->second.front());
  }

  /// The calling code with which these digits begin; empty if none.
  std::string code_of(std::string_view digits) const {
    for (std::size_t length = 1; length <= 3 && length < digits.size(); ++length)
      if (std::string code(digits.substr(0, length)); by_code_.contains(code)) return code;
    return {};
  }

  /// Whether a region of the calling code has assigned it; nothing: one of their plans is not known.
  std::optional<bool> assigned(const std::string& code, std::string_view digits) {
    const std::vector<Entry*>& regions = by_code_.at(code);
    for (Entry* entry : regions) {
      const Plan* plan = made(*entry);
      if (!plan) return std::nullopt;
      bool good = plan->assigned(digits);
      if (regions.size() == 1) return good;
      if (std::optional<bool> begins = plan->begins(digits); begins.value_or(good)) return good;
    }
    return false;
  }

 private:
  struct Entry {
    Entry() = default;
    explicit Entry(const PhoneMetadata& from) : metadata(&from) {}
    const PhoneMetadata* metadata = nullptr;
    std::once_flag once;
    std::optional<Plan> plan;
  };

  Plans() {
    if (!i18n::phonenumbers::metadata_size || !i18n::phonenumbers::metadata_get) return;
    if (!tables_.ParseFromArray(i18n::phonenumbers::metadata_get(), i18n::phonenumbers::metadata_size())) return;
    for (const PhoneMetadata& one : tables_.metadata())
      if (one.id() != "001") by_region_[one.id()] = &entries_.emplace_back(one);
    const PhoneNumberUtil& library = *PhoneNumberUtil::GetInstance();
    std::set<int> codes;
    library.GetSupportedCallingCodes(&codes);
    for (int code : codes) {
      std::list<std::string> regions;
      library.GetRegionCodesForCountryCallingCode(code, &regions);
      std::vector<Entry*>& list = by_code_[std::to_string(code)];
      for (const std::string& region : regions)
        if (auto known = by_region_.find(region); known != by_region_.end()) list.push_back(known->second);
      if (list.size() != regions.size()) list.assign(1, &nowhere_);  // ships, satellites, and what all countries share
    }
  }

  const Plan* made(Entry& entry) {
    std::call_once(entry.once, [&] {
      if (entry.metadata) entry.plan.emplace(*entry.metadata);
    });
    return entry.plan && entry.plan->read() ? &*entry.plan : nullptr;
  }

  PhoneMetadataCollection tables_;
  std::deque<Entry> entries_;
  Entry nowhere_;
  std::unordered_map<std::string, Entry*> by_region_;
  std::unordered_map<std::string, std::vector<Entry*>> by_code_;
};

struct Number {
  std::string_view code, digits;
  const Plan* plan = nullptr;  // of its calling code
};

/// As it is dialled in the region, or with the region's own calling code in front.
std::optional<Number> read_national(std::string_view digits, const std::string& region) {
  const Plan* plan = Plans::all().of_region(region);
  if (!plan || plan->dials_abroad(digits)) return std::nullopt;
  const Plan* main = Plans::all().of_code(plan->code());
  if (!main || plan->prefix_is_hard(digits)) return std::nullopt;
  if (!digits.starts_with(plan->code())) return Number{plan->code(), digits, plan};
  std::string_view rest = digits.substr(plan->code().size());
  if (plan->prefix_is_hard(rest)) return std::nullopt;
  rest = plan->without_prefix(rest);
  bool better = (!plan->fits(digits) && plan->fits(rest)) || plan->length(digits.size()) == Length::too_long;
  return better ? Number{plan->code(), rest, main} : Number{plan->code(), digits, plan};
}

std::optional<Number> read_international(std::string_view digits) {
  std::string code = Plans::all().code_of(digits);
  const Plan* plan = code.empty() ? nullptr : Plans::all().of_code(code);
  if (!plan) return std::nullopt;
  return Number{plan->code(), digits.substr(code.size()), plan};
}

/// Digits with marks between them and perhaps a plus in front; empty where there is more.
std::string plain_digits(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (digit(c))
      out += c;
    else if (std::string_view(" -.()/").find(c) == std::string_view::npos)
      return {};
  }
  return out.size() >= kLeast && out.size() <= kMost ? out : std::string();
}

}  // namespace

std::optional<std::string> read_plain_phone(std::string_view text, const std::string& region, Trust trust) {
  bool plus = text.starts_with('+');
  std::string digits = plain_digits(text.substr(plus ? 1 : 0));
  if (digits.empty()) return std::nullopt;
  std::optional<Number> number = plus ? read_international(digits) : read_national(digits, region);
  if (!number || number->plan->prefix_is_hard(number->digits)) return std::nullopt;
  std::string_view own = number->plan->without_prefix(number->digits);
  Length length = number->plan->length(own.size());
  if (length == Length::possible || length == Length::too_long) number->digits = own;
  if (number->digits.size() < kLeast) return std::nullopt;
  std::string out = "+" + std::string(number->code) + std::string(number->digits);
  if (trust == Trust::any) return out;
  const Plan* main = Plans::all().of_code(std::string(number->code));
  std::optional<bool> usable = plus ? std::optional(main->length(number->digits.size()) == Length::possible)
                                    : Plans::all().assigned(std::string(number->code), number->digits);
  if (!usable) return std::nullopt;
  return *usable ? out : std::string();
}

}  // namespace handoff::identity
