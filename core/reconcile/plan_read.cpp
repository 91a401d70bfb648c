// Findings and plans read back from their files.

#include <algorithm>
#include <handoff/sdk/currency.hpp>
#include <handoff/sdk/money.hpp>

#include "core/crypto/hash.hpp"
#include "core/reconcile/plan.hpp"

namespace handoff::reconcile {

namespace {

using report::kSides;

constexpr std::size_t kBytesMax = std::size_t{2} << 30;

/// The members of one object, with the first complaint.
class Members {
 public:
  explicit Members(const json::Value& value) : value_(value) {}

  std::string text(std::string_view name) {
    const json::Value& member = value_.at(name);
    if (!member.is_string()) complain(name, "is no text");
    return std::string(member.as_string());
  }
  /// Left out where it is empty.
  std::string told(std::string_view name) { return value_.at(name).is_null() ? std::string() : text(name); }
  template <std::size_t N>
  std::size_t word(std::string_view name, const std::array<std::string_view, N>& words) {
    std::string written = text(name);
    auto found = std::ranges::find(words, written);
    if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
    complain(name, "is '" + written + "', which is no word of this schema");
    return 0;
  }
  std::int64_t money(const json::Value& member, std::string_view name, const std::string& currency) {
    auto minor = parse_decimal(member.as_string(), currency_exponent(currency).value_or(2));
    if (!minor) complain(name, "is no amount of " + currency);
    return minor.value_or(0);
  }
  std::int64_t money(std::string_view name, const std::string& currency) {
    return money(value_.at(name), name, currency);
  }
  std::int64_t number(std::string_view name) {
    auto number = value_.at(name).as_integer();
    if (!number) complain(name, "is no whole number");
    return number.value_or(0);
  }
  bool flag(std::string_view name) {
    if (!value_.at(name).is_bool()) complain(name, "is neither true nor false");
    return value_.at(name).as_bool();
  }
  std::vector<std::string> texts(std::string_view name) {
    std::vector<std::string> out;
    if (!value_.at(name).is_array()) complain(name, "is no list");
    for (const json::Value& one : value_.at(name).as_array()) out.emplace_back(one.as_string());
    return out;
  }
  void complain(std::string_view name, const std::string& what) {
    if (problem_.empty()) problem_ = "\"" + std::string(name) + "\" " + what;
  }
  const std::string& problem() const { return problem_; }
  const json::Value& at(std::string_view name) const { return value_.at(name); }

 private:
  const json::Value& value_;
  std::string problem_;
};

std::size_t side_of(Members& in, std::string_view name, std::string_view written) {
  auto found = std::ranges::find(report::kSideNames, written);
  if (found == report::kSideNames.end()) in.complain(name, "names '" + std::string(written) + "', which is no system");
  return found == report::kSideNames.end() ? 0 : static_cast<std::size_t>(found - report::kSideNames.begin());
}

/// What findings and actions say alike: which credit it is.
template <class Out>
void read_credit(Members& in, Out& out) {
  out.id = in.text("id");
  out.kind = static_cast<report::Kind>(in.word("kind", report::kKindNames));
  out.cause = static_cast<report::Cause>(in.word("cause", report::kCauseNames));
  for (auto [name, field] : {std::pair("reference", &Out::reference),
                             {"instrument", &Out::instrument},
                             {"currency", &Out::currency},
                             {"balance_type", &Out::balance_type},
                             {"issued_at", &Out::issued_at},
                             {"store", &Out::store},
                             {"terminal", &Out::terminal},
                             {"staff", &Out::staff},
                             {"author", &Out::author},
                             {"customer", &Out::customer}})
    out.*field = in.text(name);
  out.amount = in.money("amount", out.currency);
  out.evidence = in.texts("evidence");
}

report::Finding finding(Members& in) {
  report::Finding out;
  read_credit(in, out);
  out.confidence = static_cast<int>(in.number("confidence_per_mille"));
  out.difference = in.money("difference", out.currency);
  if (!in.at("redeemed").is_null()) out.redeemed = in.money("redeemed", out.currency);
  out.task = in.text("task");
  out.route = in.told("route");
  out.version = in.told("version");
  out.transaction = in.told("transaction");
  out.line = in.told("line");
  out.business_date = in.told("business_date");
  if (!in.at("alike").is_null()) out.alike = static_cast<int>(in.number("alike"));
  for (const auto& [side, amount] : in.at("shows").as_object()) {
    std::size_t s = side_of(in, "shows", side);
    out.present[s] = true;
    out.shows[s] = in.money(amount, "shows", out.currency);
  }
  for (const json::Value& side : in.at("differs_at").as_array())
    out.wrong[side_of(in, "differs_at", side.as_string())] = true;
  for (const json::Value& row : in.at("rows").as_array())
    out.rows.push_back({static_cast<report::Side>(side_of(in, "rows", row.at("side").as_string())),
                        std::string(row.at("file").as_string()),
                        static_cast<std::uint64_t>(row.at("line").as_integer().value_or(0))});
  for (const json::Value& one : in.at("candidates").as_array()) {
    const json::Value& row = one.at("row");
    report::Candidate candidate;
    candidate.side = static_cast<report::Side>(side_of(in, "candidates", one.at("side").as_string()));
    candidate.reference = one.at("reference").as_string();
    candidate.row = {candidate.side, std::string(row.at("file").as_string()),
                     static_cast<std::uint64_t>(row.at("line").as_integer().value_or(0))};
    candidate.score = static_cast<int>(one.at("score_per_mille").as_integer().value_or(0));
    candidate.why = one.at("why").as_string();
    out.candidates.push_back(std::move(candidate));
  }
  return out;
}

report::HubView hub_view(const json::Value& value, std::string& problem) {
  Members in(value);
  report::HubView out;
  out.credit = in.text("credit");
  out.state = in.text("state");
  out.available = in.text("available");
  out.customer = in.text("customer");
  out.repairs = in.number("repairs");
  out.case_no = in.number("case");
  out.case_kind = in.text("case_kind");
  out.amount = in.told("amount");
  problem = in.problem();
  return out;
}

report::PlanAction action(Members& in) {
  report::PlanAction out;
  read_credit(in, out);
  out.remedy = static_cast<report::Remedy>(in.word("remedy", report::kRemedyNames));
  out.by = static_cast<report::By>(in.word("by", report::kByNames));
  out.decision = static_cast<report::Decision>(in.word("decision", report::kDecisionNames));
  out.findings = in.texts("findings");
  out.stake = in.money("stake", out.currency);
  out.why = in.text("why");
  out.approval = in.text("approval");
  out.needs_customer = in.flag("needs_customer");
  out.steps = in.texts("steps");
  if (!in.at("hub").is_object()) return out;
  std::string problem;
  out.hub = hub_view(in.at("hub"), problem);
  if (!problem.empty()) in.complain("hub", problem);
  return out;
}

json::Value without(const json::Value& value, std::string_view name) {
  json::Object out;
  for (const auto& [member, inner] : value.as_object())
    if (member != name) out.set(member, inner);
  return json::Value(std::move(out));
}

}  // namespace

std::expected<ReadFindings, std::string> read_findings(std::string_view text) {
  json::Parsed parsed = json::parse(text, {.bytes_max = kBytesMax});
  if (!parsed) return std::unexpected("is no whole JSON: " + parsed.error.message);
  if (parsed->at("schema").as_integer() != 1 || !parsed->at("findings").is_array())
    return std::unexpected("is not the findings.json of an audit, schema 1");
  ReadFindings out;
  out.as_of = parsed->at("as_of").as_string();
  for (const json::Value& side : parsed->at("compared").as_array()) {
    auto found = std::ranges::find(report::kSideNames, side.as_string());
    if (found != report::kSideNames.end())
      out.compared[static_cast<std::size_t>(found - report::kSideNames.begin())] = true;
  }
  for (const json::Value& one : parsed->at("findings").as_array()) {
    Members in(one);
    out.findings.push_back(finding(in));
    if (!in.problem().empty())
      return std::unexpected("finding " + std::to_string(out.findings.size()) + ": " + in.problem());
  }
  return out;
}

std::expected<report::Plan, std::string> read_plan(std::string_view text) {
  json::Parsed parsed = json::parse(text, {.bytes_max = kBytesMax});
  if (!parsed) return std::unexpected("is no whole JSON: " + parsed.error.message);
  if (parsed->at("schema").as_integer() != report::kPlanSchemaVersion || !parsed->at("actions").is_array())
    return std::unexpected("is no repair plan, schema 1");
  report::Plan out;
  out.id = parsed->at("plan").as_string();
  std::string content = json::write(without(*parsed, "plan"));
  if (out.id != plan_id(content))
    return std::unexpected(
        "was changed after it was made; write decisions into the CSV beside it, or make the plan again");
  out.as_of = parsed->at("as_of").as_string();
  out.asked_hub = parsed->at("asked_hub").as_bool();
  for (const json::Value& one : parsed->at("limits").as_array()) out.limits.emplace_back(one.as_string());
  out.in_flight = parsed->at("in_flight").as_integer().value_or(0);
  for (const json::Value& one : parsed->at("actions").as_array()) {
    Members in(one);
    out.actions.push_back(action(in));
    if (!in.problem().empty())
      return std::unexpected("action " + std::to_string(out.actions.size()) + ": " + in.problem());
  }
  return out;
}

std::string plan_id(std::string_view content) {
  return "pl-" + crypto::base32(crypto::bytes(crypto::sha256(content))).substr(0, 16);
}

}  // namespace handoff::reconcile
