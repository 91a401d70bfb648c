#include "core/serve/views_mask.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "core/serve/query.hpp"

namespace handoff::serve {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool in_local_part(char c) { return is_letter(c) || is_digit(c) || std::string_view("._%+-'").contains(c); }
bool in_domain(char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '.'; }

/// "given_name", "givenName" and "Given-Name" are one name.
std::string plain_name(std::string_view name) {
  std::string out;
  for (char c : name)
    if (is_letter(c) || is_digit(c)) out += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return out;
}

enum class Named { nothing, secret, code, email, phone, name, personal };

Named what_is_named(std::string_view member) {
  std::string name = plain_name(member);
  auto has = [&](std::string_view part) { return name.find(part) != std::string::npos; };
  auto is = [&](std::initializer_list<std::string_view> list) { return std::ranges::find(list, name) != list.end(); };
  if (has("password") || has("secret") || has("apikey") || has("accesstoken") || has("refreshtoken") ||
      is({"authorization", "token", "pin", "cvv", "cvc", "signature", "clientsecret", "xapptoken", "xappid"}))
    return Named::secret;
  if (is({"code", "gan", "cardnumber", "giftcardcode", "vouchercode", "giftcardgan", "lastcharacters", "maskedcode"}))
    return Named::code;
  if (has("email") || name == "mail") return Named::email;
  if (has("phone") || is({"mobile", "tel", "telephone", "msisdn"})) return Named::phone;
  if (is({"firstname", "lastname", "givenname", "familyname", "fullname", "displayname", "customername", "buyername",
          "contactname"}))
    return Named::name;
  if (has("birth") || is({"loyalty", "loyaltyid", "loyaltynumber", "address", "address1", "address2", "addressline1",
                          "addressline2", "street", "zip", "postalcode", "postcode", "ipaddress", "ip"}))
    return Named::personal;
  return Named::nothing;
}

/// "customer", "bill_to", "shippingAddress": an object under that name is about a person.
bool names_a_person(std::string_view member) {
  std::string name = plain_name(member);
  for (std::string_view part :
       {"customer", "buyer", "recipient", "cardholder", "purchaser", "contact", "address", "billto", "shipto", "owner"})
    if (name.find(part) != std::string::npos) return true;
  return false;
}

/// Who has an e-mail, a phone or a first name is a person.
bool is_person(const json::Value& object) {
  if (object.at("object").as_string() == "customer") return true;
  return std::ranges::any_of(object.as_object(), [](const auto& member) {
    Named named = what_is_named(member.first);
    return named == Named::email || named == Named::phone || named == Named::name;
  });
}

/// What a vendor's customer is known by elsewhere, a loyalty number for instance; a word in capitals ("CASH") is none.
bool is_foreign_id(std::string_view member, std::string_view value) {
  std::string name = plain_name(member);
  bool word = std::ranges::all_of(value, [](char c) { return (c >= 'A' && c <= 'Z') || c == '_'; });
  return (name == "sourceid" || name == "trackingid") && !word;
}

/// An error's code is shown: "duplicate_found", "NOT_FOUND", "400", "InvalidKey". An instrument's has length and
/// digits.
bool looks_like_instrument_code(std::string_view text) {
  auto digits = std::ranges::count_if(text, is_digit);
  bool token = std::ranges::all_of(text, [](char c) { return is_letter(c) || is_digit(c) || c == '-'; });
  return token && text.size() >= 8 && digits > 0;
}

std::size_t find_email(std::string_view text, std::size_t from, std::size_t& end) {
  for (std::size_t at = text.find('@', from); at != std::string_view::npos; at = text.find('@', at + 1)) {
    std::size_t begin = at;
    while (begin > from && in_local_part(text[begin - 1])) --begin;
    end = at + 1;
    while (end < text.size() && in_domain(text[end])) ++end;
    while (end > at + 1 && text[end - 1] == '.') --end;
    bool dot = text.substr(at + 1, end - at - 1).contains('.');
    if (begin < at && dot) return begin;
  }
  return std::string_view::npos;
}

std::string mask_emails(std::string_view text) {
  std::string out;
  std::size_t from = 0, end = 0;
  for (std::size_t at = find_email(text, 0, end); at != std::string_view::npos; at = find_email(text, from, end)) {
    out += std::string(text.substr(from, at - from)) + mask(Personal::email, text.substr(at, end - at));
    from = end;
  }
  return out + std::string(text.substr(from));
}

/// "+" and 8 to 15 digits, blanks and dashes between them allowed.
std::string mask_phones(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i + 1, digits = 0, last = i;
    if (text[i] == '+') {
      while (end < text.size() && (is_digit(text[end]) || ((text[end] == ' ' || text[end] == '-') && digits > 0))) {
        if (is_digit(text[end])) {
          ++digits;
          last = end;
        }
        ++end;
      }
    }
    if (digits >= 8 && digits <= 15) {
      out += mask(Personal::phone, text.substr(i, last + 1 - i));
      i = last + 1;
    } else {
      out += text[i++];
    }
  }
  return out;
}

bool is_form(std::string_view text) {
  std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0) return false;
  return std::ranges::all_of(
      text, [](char c) { return is_letter(c) || is_digit(c) || std::string_view("=&%+-_.~*[]@:/,!'()").contains(c); });
}

std::string last(std::string_view value, std::size_t count) {
  return std::string(value.substr(value.size() > count ? value.size() - count : 0));
}

}  // namespace

std::string mask(Personal kind, std::string_view value) {
  if (value.empty()) return {};
  switch (kind) {
    case Personal::code:
      return value.size() < 8 ? "****" : "****" + last(value, 4);
    case Personal::email: {
      std::size_t at = value.find('@');
      if (at == std::string_view::npos || at == 0) return "***";
      return std::string(1, value.front()) + "***" + std::string(value.substr(at));
    }
    case Personal::phone: {
      std::string digits;
      std::ranges::copy_if(value, std::back_inserter(digits), is_digit);
      return digits.size() < 6 ? "***" : "***" + last(digits, 2);
    }
    case Personal::name:
    case Personal::other:
      return "***";
  }
  return "***";
}

void Masker::know(Personal kind, std::string_view value) {
  if (value.size() < 4) return;
  std::pair<std::string, std::string> entry(std::string(value), mask(kind, value));
  auto place = std::ranges::find_if(known_, [&](const auto& known) { return known.first.size() < value.size(); });
  known_.insert(place, std::move(entry));
}

std::string Masker::without_known(std::string_view plain) const {
  std::string out(plain);
  for (const auto& [value, shown] : known_)
    for (std::size_t at = out.find(value); at != std::string::npos; at = out.find(value, at + shown.size()))
      out.replace(at, value.size(), shown);
  return out;
}

std::string Masker::text(std::string_view plain) const { return mask_phones(mask_emails(without_known(plain))); }

json::Value Masker::string(std::string_view plain) const {
  bool nested = plain.starts_with('{') || plain.starts_with('[');  // a metafield's value is JSON in a string
  if (json::Parsed inner = nested ? json::parse(plain) : json::Parsed(); inner) return json::write(json(*inner));
  return text(plain);
}

json::Value Masker::member(std::string_view name, const json::Value& value, bool of_person) const {
  if (value.is_object() || value.is_array()) {
    bool list_of_personal = value.is_array() && what_is_named(name) != Named::nothing;
    if (!list_of_personal) return shown(value, names_a_person(name));
    json::Array out;
    for (const json::Value& element : value.as_array()) out.push_back(member(name, element, of_person));
    return out;
  }
  std::string plain(value.number() ? value.number()->text() : value.as_string());
  for (const auto& [known, shown] : known_)
    if (plain == known) return shown;
  plain = without_known(plain);
  if (plain.empty()) return value;
  if (of_person && plain_name(name) == "name") return mask(Personal::name, plain);
  if (is_foreign_id(name, plain)) return mask(Personal::other, plain);
  switch (what_is_named(name)) {
    case Named::secret:
      return "****";
    case Named::code:
      if (looks_like_instrument_code(plain)) return mask(Personal::code, plain);
      break;
    case Named::email:
      return mask(Personal::email, plain);
    case Named::phone:
      return mask(Personal::phone, plain);
    case Named::name:
      return mask(Personal::name, plain);
    case Named::personal:
      return mask(Personal::other, plain);
    case Named::nothing:
      break;
  }
  return json(value);
}

json::Value Masker::json(const json::Value& value) const { return shown(value, false); }

json::Value Masker::shown(const json::Value& value, bool of_person) const {
  if (value.is_string()) return string(value.as_string());
  if (value.is_array()) {
    json::Array out;
    for (const json::Value& element : value.as_array()) out.push_back(shown(element, of_person));
    return out;
  }
  if (!value.is_object()) return value;
  bool person = of_person || is_person(value);
  json::Object out;
  for (const auto& [name, inner] : value.as_object()) out.append(text(name), member(name, inner, person));
  return out;
}

/// The values are shown decoded: this is for eyes, not for sending.
std::string Masker::form(std::string_view text_of_form) const {
  std::string out;
  while (!text_of_form.empty()) {
    std::size_t end = std::min(text_of_form.find('&'), text_of_form.size());
    std::string_view pair = text_of_form.substr(0, end);
    std::size_t equals = std::min(pair.find('='), pair.size());
    std::string name = unescape(pair.substr(0, equals));
    std::size_t bracket = name.rfind('[');  // customer[email]
    std::string leaf = bracket == std::string::npos ? name : name.substr(bracket + 1);
    bool of_person = bracket != std::string::npos && names_a_person(name.substr(0, bracket));
    out += (out.empty() ? "" : "&") + text(name);
    if (equals < pair.size()) {
      json::Value value = member(leaf, unescape(pair.substr(equals + 1)), of_person);
      out += "=" + std::string(value.as_string());
    }
    text_of_form.remove_prefix(std::min(end + 1, text_of_form.size()));
  }
  return out;
}

json::Value Masker::body(std::string_view raw) const {
  if (json::Parsed parsed = json::parse(raw)) return json(*parsed);
  return is_form(raw) ? form(raw) : text(raw);
}

std::string Masker::target(std::string_view path_and_query) const {
  std::size_t question = std::min(path_and_query.find('?'), path_and_query.size());
  std::string out = text(unescape(path_and_query.substr(0, question)));
  if (question < path_and_query.size()) out += "?" + form(path_and_query.substr(question + 1));
  return out;
}

}  // namespace handoff::serve
