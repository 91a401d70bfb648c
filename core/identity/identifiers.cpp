#include "core/identity/identifiers.hpp"

#include <algorithm>

namespace handoff::identity {

namespace {

bool blank(char c) { return c == ' ' || c == '\t'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }
bool digit(char c) { return c >= '0' && c <= '9'; }

std::string_view trim(std::string_view text) {
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace

std::string normalise_email(std::string_view text) {
  text = trim(text);
  std::size_t at = text.find('@');
  if (at == 0 || at == std::string_view::npos || text.find('@', at + 1) != std::string_view::npos) return {};
  std::string_view domain = text.substr(at + 1);
  bool dotted = domain.find('.') != std::string_view::npos && !domain.starts_with('.') && !domain.ends_with('.');
  if (!dotted || text.size() > 254) return {};
  std::string out;
  for (char c : text) {
    if (blank(c) || static_cast<unsigned char>(c) < 0x21 || c == ',' || c == '<' || c == '>') return {};
    out += lower(c);
  }
  return out;
}

std::string normalise_phone(std::string_view text) {
  std::string out;
  for (char c : trim(text)) {
    if (c == '+' && out.empty())
      out += c;
    else if (digit(c))
      out += c;
    else if (!blank(c) && c != '-' && c != '.' && c != '(' && c != ')' && c != '/')
      return {};
  }
  bool fits = out.starts_with('+') && out.size() >= 9 && out.size() <= 16 && out[1] != '0';
  return fits ? out : std::string();
}

std::string normalise_loyalty(std::string_view text) {
  std::string out;
  for (char c : trim(text)) {
    if (blank(c) || c == '-') continue;
    char u = upper(c);
    if (!digit(u) && !(u >= 'A' && u <= 'Z')) return {};
    out += u;
  }
  return out.size() >= 3 && out.size() <= 40 ? out : std::string();
}

Identifiers normalise(std::string_view email, std::string_view phone, std::string_view loyalty) {
  Identifiers out;
  out.email = normalise_email(email);
  out.phone = normalise_phone(phone);
  out.loyalty = normalise_loyalty(loyalty);
  if (!out.loyalty.empty()) out.loyalty_as_told = trim(loyalty);
  if (out.email.empty() && !trim(email).empty()) out.unusable.push_back("email: not an address");
  if (out.phone.empty() && !trim(phone).empty())
    out.unusable.push_back(trim(phone).starts_with('+') ? "phone: not a number" : "phone: no country code");
  if (out.loyalty.empty() && !trim(loyalty).empty()) out.unusable.push_back("loyalty: not an id");
  return out;
}

Match match(const Identifiers& wanted, const std::vector<CustomerInfo>& candidates) {
  Match out;
  bool contradicted = false;
  for (const CustomerInfo& candidate : candidates) {
    Identifiers have = normalise(candidate.email, candidate.phone, candidate.loyalty);
    std::string agreed;
    bool contradicts = false;
    auto compare = [&](const char* name, const std::string& want, const std::string& got) {
      if (want.empty() || got.empty()) return;
      if (want == got)
        agreed += (agreed.empty() ? "" : ", ") + std::string(name) + " equal";
      else
        contradicts = true;
    };
    compare("email", wanted.email, have.email);
    compare("phone", wanted.phone, have.phone);
    compare("loyalty", wanted.loyalty, have.loyalty);
    if (agreed.empty()) continue;
    if (contradicts) {
      contradicted = true;
      continue;
    }
    bool known = std::ranges::any_of(out.exact, [&](const CustomerInfo& other) { return other.id == candidate.id; });
    if (!known) {
      out.exact.push_back(candidate);
      out.evidence = agreed + " (rule " + std::to_string(kRuleVersion) + ")";
    }
  }
  if (contradicted)
    out.reason = "contradiction";
  else if (out.exact.empty())
    out.reason = "no_match";
  else if (out.exact.size() > 1)
    out.reason = "ambiguous";
  if (contradicted) out.exact.clear();
  return out;
}

}  // namespace handoff::identity
