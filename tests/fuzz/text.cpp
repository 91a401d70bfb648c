// Dates, public references, digests' encodings, customers' identifiers: small texts that decide who a credit is.

#include "core/crypto/hash.hpp"
#include "core/identity/match.hpp"
#include "core/identity/plain_phone.hpp"
#include "core/model/identity.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace handoff::fuzz {

namespace {

void dates(std::string_view text) {
  if (std::optional<int> days = days_from_date(text)) must(date_from_days(*days) == text, "a date is one day", text);
}

void references(std::string_view text) {
  if (std::optional<std::string> id = credit_id_from_ref(text)) {
    must(id->size() == 14, "a credit's id has 14 bytes");
    must(credit_ref(*id) == text, "a reference leads to one credit", text);
  }
  std::string id(text.substr(0, 14));
  if (id.size() == 14) must(credit_id_from_ref(credit_ref(id)) == id, "every credit has a reference that leads to it");
}

/// A signature is compared after decoding: two texts may lead to one MAC only if one of them is not accepted.
void encodings(std::string_view text) {
  if (auto raw = crypto::from_base32(text)) must(crypto::base32(*raw) == text, "base32 is read in one form", text);
  if (auto raw = crypto::from_base64(text)) must(crypto::base64(*raw) == text, "base64 is read in one form", text);
  if (auto raw = crypto::from_hex(text)) must(raw->size() * 2 == text.size(), "hex is two digits for each byte", text);
  must(crypto::from_base32(crypto::base32(text)) == text, "base32 keeps the bytes");
  must(crypto::from_base64(crypto::base64(text)) == text, "base64 keeps the bytes");
  must(crypto::from_hex(crypto::hex(text)) == text, "hex keeps the bytes");
  std::string_view half = text.substr(0, text.size() / 2), other = text.substr(text.size() - text.size() / 2);
  must(crypto::equal_constant_time(half, other) == (half == other), "equal in constant time is equal");
}

void identifiers(std::string_view text) {
  namespace id = handoff::identity;
  std::string email = id::normalise_email(text), phone = id::normalise_phone(text, "US"),
              loyalty = id::normalise_loyalty(text);
  must(id::normalise_email(email) == email, "a normal e-mail is its own normal form", email);
  must(id::normalise_phone(phone, "US") == phone, "a normal phone is its own normal form", phone);
  must(id::normalise_loyalty(loyalty) == loyalty, "a normal loyalty id is its own normal form", loyalty);
  must(phone.empty() || (phone[0] == '+' &&
                         id::without_extension(phone).find_first_not_of("0123456789", 1) == std::string_view::npos),
       "a normal phone is E.164 and perhaps an extension", phone);
  for (const char* region : {"US", "IT", "AR", "RU"})
    if (std::optional<std::string> plain = id::read_plain_phone(text, region, id::Trust::assigned))
      must(*plain == id::ask_library(text, region, id::Trust::assigned), "the fast way reads as the library does",
           text);
  id::Rules rules;
  rules.region = "US";
  id::Identifiers wanted = id::normalise(text, text, text, rules, "US");
  CustomerInfo same;
  same.id = "1";
  same.email = same.phone = same.loyalty = text;
  id::Match found = id::match(wanted, {same}, rules);
  must(found.exact.size() == (wanted.any() ? 1u : 0u), "whoever has the same identifiers is found", text);
  must(found.reason.empty() == (found.exact.size() == 1), "no single match has a reason");
}

/// Neighbouring fields must not run into each other, whatever is in them.
void keys(std::string_view text) {
  std::size_t cut = text.empty() ? 0 : static_cast<std::uint8_t>(text.front()) % text.size();
  CreditKey one{"acme", "pos", "", "S1", "2026-11-23", std::string(text.substr(0, cut)), std::string(text.substr(cut))};
  CreditKey other = one;
  other.transaction = text;
  other.line.clear();
  if (one.line.empty()) return;
  must(cid_text(one) != cid_text(other), "transaction and line do not run into each other", text);
}

}  // namespace

void one_input(std::string_view bytes) {
  dates(bytes);
  references(bytes);
  encodings(bytes);
  identifiers(bytes);
  keys(bytes);
}

}  // namespace handoff::fuzz
