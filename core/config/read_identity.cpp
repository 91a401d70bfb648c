// [identity]: whom to ask for customers, and how identifiers are read.

#include <algorithm>

#include "core/config/readers.hpp"
#include "core/config/scalars.hpp"

namespace handoff::config {

namespace {

/// Why the text is no mail domain, empty if it is one.
std::string wrong_domain(std::string_view text) {
  if (text.find('@') != std::string_view::npos) return "write what is behind the @";
  bool dotted = text.find('.') != std::string_view::npos && !text.starts_with('.') && !text.ends_with('.') &&
                text.find("..") == std::string_view::npos;
  for (char c : text) {
    if (c >= 'A' && c <= 'Z') return "write it in lower case";
    if (static_cast<unsigned char>(c) >= 0x80) return "write its ASCII form, xn--...";
    dotted = dotted && ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-');
  }
  return dotted ? std::string() : "write it like \"gmail.com\"";
}

std::vector<Text> read_domains(Section& in, std::string_view key) {
  std::vector<Text> out;
  for (const Text& one : in.texts(key, std::string(key) + " = [\"gmail.com\"]")) {
    if (std::string wrong = wrong_domain(*one); !wrong.empty())
      in.report().error(one.at, quote(*one) + " is not a mail domain", wrong);
    else if (std::ranges::any_of(out, [&](const Text& other) { return *other == *one; }))
      in.report().error(one.at, quote(*one) + " stands twice in " + std::string(key), "keep one of them");
    else
      out.push_back(one);
  }
  return out;
}

bool fits_a_pattern(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '#' || c == '@' || c == '*';
}

/// As ids are compared: upper case, without blanks and dashes.
std::optional<std::string> plain_pattern(const Text& written, Report& report) {
  std::string out;
  for (char c : *written) {
    if (c == ' ' || c == '-') continue;
    char big = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    if (!fits_a_pattern(big)) {
      report.error(written.at, "pattern has " + quote(std::string(1, c)) + ", which no id has",
                   "# is a digit, @ a letter, * either; letters and digits are themselves");
      return std::nullopt;
    }
    out += big;
  }
  if (out.size() >= 3 && out.size() <= 40) return out;
  report.error(written.at, "pattern is " + std::to_string(out.size()) + " characters long",
               "an id has 3 to 40, blanks and dashes not counted");
  return std::nullopt;
}

std::optional<LoyaltyProgramme> read_programme(const Member& member, Report& report) {
  Section in(&member.value, member.at, "[identity.loyalty." + member.key + "]", report);
  LoyaltyProgramme out;
  out.name = Text(member.key, member.at);
  Text written = in.text("pattern", "pattern = \"L#######\"", Need::required);
  if (auto check = in.choice("check", kCheckDigits)) out.check = *check;
  in.finish();
  if (!is_name(member.key)) report.error(member.at, quote(member.key) + " is not a name", std::string(kNameRule));
  std::optional<std::string> plain = written.at.line == 0 ? std::nullopt : plain_pattern(written, report);
  if (!plain) return std::nullopt;
  std::size_t digits = out.check == CheckDigit::none ? 0 : out.check == CheckDigit::mod97 ? 2 : 1;
  if (!plain->ends_with(std::string(digits, '#'))) {
    report.error(
        written.at,
        "the check needs " + std::string(digits == 2 ? "two digits" : "a digit") + " at the end of the pattern",
        "end it with " + std::string(digits, '#') + ", or take check out");
    return std::nullopt;
  }
  out.pattern = Text(*plain, written.at);
  out.written = *written;
  return out;
}

/// [identity.customers]
Customers read_customers(Section& identity) {
  Customers out;
  Section in = identity.section("customers", "[identity.customers]");
  if (!in.present()) return out;
  out.from = in.text("from", "from = \"shop\", the connector whose customer list is kept", Need::required);
  if (auto every = in.duration("every", "every = \"15m\"")) {
    out.every = **every;
    if (out.every < std::chrono::seconds(1))
      in.report().error(every->at, "every is shorter than a second", "write every = \"15m\"");
  }
  if (auto most = in.integer("at_most", 1, 10'000'000)) out.at_most = **most;
  in.finish();
  return out;
}

}  // namespace

void read_identity(Section& root, Settings& out) {
  Section in = root.section("identity", "[identity]");
  out.identity_lookup = in.texts("lookup", "lookup = [\"cards\"], connectors that are asked for customers");
  if (auto again = in.duration("look_again", "look_again = \"15m\"; \"0s\" never looks again"))
    out.look_again = **again;
  out.customers = read_customers(in);
  Section email = in.section("email", "[identity.email]");
  out.email_rules.ignore_dots = read_domains(email, "ignore_dots");
  out.email_rules.ignore_plus = read_domains(email, "ignore_plus");
  email.finish();
  Section loyalty = in.section("loyalty", "[identity.loyalty]");
  if (loyalty.present())
    for (const Member& member : loyalty.node()->members) {
      loyalty.find(member.key);
      std::optional<LoyaltyProgramme> one = read_programme(member, in.report());
      if (!one) continue;
      auto same = std::ranges::find_if(out.loyalty, [&](const auto& other) { return *other.pattern == *one->pattern; });
      if (same == out.loyalty.end())
        out.loyalty.push_back(std::move(*one));
      else
        in.report().error(one->pattern.at, quote(member.key) + " has the pattern of " + quote(*same->name),
                          "an id must show whose it is; change one of them");
    }
  in.finish();
}

}  // namespace handoff::config
