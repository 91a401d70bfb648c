// Values that several sections share: secrets, amounts, regions, paths.

#include <filesystem>

#include "core/config/readers.hpp"
#include "core/config/scalars.hpp"

namespace handoff::config {

namespace {

/// "cards.secrets.app_token" -> "CARDS_APP_TOKEN"
std::string proposed_variable(const std::string& name) {
  std::string out;
  for (char c : name) {
    bool small = c >= 'a' && c <= 'z';
    bool fits = small || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    char next = small ? static_cast<char>(c - 'a' + 'A') : fits ? c : '_';
    if (next != '_' || !out.ends_with('_')) out += next;
  }
  std::size_t middle = out.find("_SECRETS_");
  if (middle != std::string::npos) out.erase(middle, 8);
  return out;
}

void read_amount(const Node& from, std::string_view key, std::vector<Located<Money>>& out, Report& report) {
  if (from.kind != Node::Kind::string) {
    report.error(from.at, std::string(key) + " holds " + std::string(kind_name(from.kind)),
                 "write amounts as text with their currency, such as \"500.00 USD\"");
    return;
  }
  std::optional<Located<Money>> money = read_money({from.text, from.at}, report);
  if (!money) return;
  for (const Located<Money>& other : out)
    if (other->currency() == (*money)->currency()) {
      report.error(from.at, std::string(key) + " has two amounts in " + other->currency(), "keep one of them");
      return;
    }
  out.push_back(std::move(*money));
}

}  // namespace

std::string joined_path(const Position& at, const std::string& path) {
  return (std::filesystem::path(at.file).parent_path() / path).lexically_normal().string();
}

std::optional<Secret> read_secret(const Member& from, const std::string& name, Report& report) {
  std::string example = "write " + from.key + " = { env = \"" + proposed_variable(name) + "\" } or { file = \"" +
                        from.key + ".secret\" }";
  if (from.value.kind == Node::Kind::string) {
    report.error(from.value.at, name + " holds the secret in clear", example);
    return std::nullopt;
  }
  if (from.value.kind != Node::Kind::table) {
    report.error(from.value.at, name + " is " + std::string(kind_name(from.value.kind)), example);
    return std::nullopt;
  }
  Section section(&from.value, from.at, name, report);
  Text env = section.text("env", "the name of an environment variable in quotes");
  Text file = section.text("file", "the path of a file in quotes");
  section.finish();
  bool mistyped = !from.value.members.empty() && env.at.line == 0 && file.at.line == 0;
  if (mistyped) return std::nullopt;
  if ((env.at.line == 0) == (file.at.line == 0)) {
    report.error(from.at, name + (env.at.line == 0 ? " names no source" : " names two sources"), example);
    return std::nullopt;
  }
  Secret out;
  out.name = name;
  out.at = env.at.line != 0 ? env.at : file.at;
  if (env.at.line != 0) {
    out.where = *env;
    if (is_variable_name(*env)) return out;
    report.error(env.at, "env wants the name of a variable", "write it without $: letters, digits and _");
    return std::nullopt;
  }
  out.kind = Secret::Kind::file;
  out.where = joined_path(file.at, *file);
  return out;
}

std::optional<Located<Money>> read_money(const Text& from, Report& report) {
  if (from.at.line == 0) return std::nullopt;
  std::expected<Money, std::string> money = parse_money(*from);
  if (money) return Located<Money>(*money, from.at);
  report.error(from.at, quote(*from) + " is not an amount: " + money.error(), "write it like \"25.00 USD\"");
  return std::nullopt;
}

std::vector<Located<Money>> read_amounts(Section& from, std::string_view key) {
  std::vector<Located<Money>> out;
  const Member* member = from.find(key);
  if (member == nullptr) return out;
  if (member->value.kind != Node::Kind::array) read_amount(member->value, key, out, from.report());
  for (const Node& element : member->value.elements) read_amount(element, key, out, from.report());
  return out;
}

Ceilings read_ceilings(Section& from, std::string_view key) {
  Section section = from.section(key, "[" + std::string(key) + "]");
  Ceilings out;
  out.per_credit = read_amounts(section, "per_credit");
  out.per_store_day = read_amounts(section, "per_store_day");
  out.per_day = read_amounts(section, "per_day");
  section.finish();
  return out;
}

std::vector<Rung> read_ladder(Section& from, std::string_view title, std::string_view key, std::string_view whom) {
  std::string example = std::string(key) + " = \"" + std::string(whom) + "\"";
  std::vector<Rung> out;
  int count = 0;
  for (const Node* node : from.tables("ladder", "ladder = [{ after = \"4h\", " + example + " }]")) {
    Section rung(node, node->at, std::string(title) + ".ladder[" + std::to_string(count++) + "]", from.report());
    std::optional<Located<Duration>> after = rung.duration("after", "after = \"4h\"");
    if (!after && rung.find("after") == nullptr) rung.missing("after", "after = \"4h\"");
    Text ask = rung.text(key, example, Need::required);
    rung.finish();
    if (!after) continue;
    if (!out.empty() && after->value <= out.back().after.value)
      from.report().error(after->at, "this rung comes no later than the one before it",
                          "write the rungs in the order of their times");
    out.push_back({*after, ask});
  }
  return out;
}

Text read_region(Section& from, std::string_view key, Need need) {
  Text written = from.text(key, std::string(key) + " = \"US\"", need);
  if (written.at.line == 0) return {};
  std::expected<std::string, std::string> region = parse_region(*written);
  if (region) return written;
  from.report().error(written.at, quote(*written) + " is not a region", region.error());
  return {};
}

}  // namespace handoff::config
