#include "core/model/manifest.hpp"

#include <algorithm>
#include <array>

#include "core/model/auth_sheet.hpp"
#include "core/model/sheet_members.hpp"

namespace handoff {

namespace {

constexpr std::int64_t kSecondsMax = 3660LL * 86'400;  // ten years: sums and milliseconds of it cannot overflow
constexpr std::int64_t kCountMax = 1'000'000;

/// Walks connector.json and remembers the first complaint with its path.
class Reader {
 public:
  Reader(const json::Value& value, std::string path, std::string* problem)
      : value_(value), path_(std::move(path)), problem_(problem) {}

  Reader in(std::string_view name) const {
    return Reader(value_.at(name), path_.empty() ? std::string(name) : path_ + "." + std::string(name), problem_);
  }
  void complain(const std::string& what) const {
    if (problem_->empty()) *problem_ = path_ + ": " + what;
  }
  const json::Value& raw() const { return value_; }

  std::string text(bool required = false) const {
    if (value_.string()) return *value_.string();
    if (required || !value_.is_null()) complain("write a string");
    return {};
  }
  bool boolean(bool otherwise) const {
    if (!value_.is_null() && !value_.is_bool()) complain("write true or false");
    return value_.as_bool(otherwise);
  }
  std::int64_t integer(std::int64_t otherwise, std::int64_t least, std::int64_t most) const {
    if (value_.is_null()) return otherwise;
    std::optional<std::int64_t> number = value_.as_integer();
    if (number && *number >= least && *number <= most) return *number;
    complain("write a whole number, " + std::to_string(least) + " to " + std::to_string(most));
    return otherwise;
  }
  std::int64_t seconds(std::int64_t otherwise) const { return integer(otherwise, 0, kSecondsMax); }
  std::vector<std::string> texts() const {
    std::vector<std::string> out;
    if (!value_.is_null() && !value_.array()) complain("write a list of strings");
    for (const json::Value& element : value_.as_array()) {
      if (!element.string()) complain("write a list of strings");
      out.emplace_back(element.as_string());
    }
    return out;
  }
  template <class Enum, std::size_t N>
  Enum choice(const std::array<std::pair<std::string_view, Enum>, N>& choices, std::optional<Enum> otherwise) const {
    if (value_.is_null() && otherwise) return *otherwise;
    std::string_view written = value_.as_string();
    std::string all;
    for (const auto& [name, meaning] : choices) {
      if (name == written) return meaning;
      all += (all.empty() ? "" : ", ") + std::string(name);
    }
    complain("write one of " + all);
    return choices.front().second;
  }

 private:
  const json::Value& value_;
  std::string path_;
  std::string* problem_ = nullptr;
};

constexpr std::array<std::pair<std::string_view, Sign>, 4> kSigns = {
    {{"adding", Sign::adding}, {"removing", Sign::removing}, {"neutral", Sign::neutral}, {"booking", Sign::booking}}};
constexpr std::array<std::pair<std::string_view, RetryClass>, 3> kRetries = {
    {{"idempotent", RetryClass::idempotent}, {"reverse", RetryClass::reverse}, {"unsafe", RetryClass::unsafe}}};
constexpr std::array<std::pair<std::string_view, KeyConflict>, 3> kConflicts = {
    {{"error", KeyConflict::error}, {"ignored", KeyConflict::ignored}, {"new_operation", KeyConflict::new_operation}}};
constexpr std::array<std::pair<std::string_view, LookupBy>, 4> kLookups = {{{"reference", LookupBy::reference},
                                                                            {"code", LookupBy::code},
                                                                            {"instrument", LookupBy::instrument},
                                                                            {"customer", LookupBy::customer}}};
constexpr std::array<std::pair<std::string_view, SerializeBy>, 4> kSerialize = {
    {{"credit", SerializeBy::credit},
     {"customer", SerializeBy::customer},
     {"instrument", SerializeBy::instrument},
     {"surface", SerializeBy::surface}}};

CallSheet read_call(const std::string& label, const Reader& in) {
  CallSheet out;
  out.label = label;
  out.sign = in.in("sign").choice(kSigns, std::optional<Sign>());
  out.retry = in.in("retry").choice(kRetries, std::optional<RetryClass>());
  out.key_supported = in.in("key_supported").boolean(false);
  out.key_window_s = in.in("key_window_s").seconds(0);
  out.key_conflict = in.in("key_conflict").choice(kConflicts, std::optional(KeyConflict::new_operation));
  out.errors_cached = in.in("errors_cached").boolean(true);
  out.lookup_by = in.in("lookup_by").choice(kLookups, std::optional(LookupBy::none));
  out.history = in.in("history").boolean(false);
  out.lookup_is_proof = in.in("lookup_is_proof").boolean(false);
  out.reference_unique = in.in("reference_unique").boolean(false);
  out.visibility_lag_s = in.in("visibility_lag_s").seconds(kUnknownLagSeconds);
  out.inflight_max_s = in.in("inflight_max_s").seconds(kUnknownLagSeconds);
  out.reversal_window_s = in.in("reversal_window_s").seconds(0);
  out.reversal_tombstones_late_original = in.in("reversal_tombstones_late_original").boolean(false);
  out.echoes = in.in("echoes").texts();
  out.no_effect = in.in("no_effect_codes").texts();
  out.not_no_effect = in.in("not_no_effect_codes").texts();
  for (const std::string& code : out.not_no_effect)  // passed over, the hub would believe too much
    if (!code_can_match(code))
      in.in("not_no_effect_codes")
          .complain("no answer has the code \"" + code + "\": write \"422/late\", or \"422/*\" for all of a status");
  out.refused_before_execution = in.in("refused_before_execution_codes").texts();
  out.applied_states = in.in("applied_states").texts();
  if (out.applied_states.empty()) out.applied_states = {"active"};
  out.compare_and_set = in.in("compare_and_set").boolean(false);
  out.serialize_by = in.in("serialize_by").choice(kSerialize, std::optional(SerializeBy::credit));
  if (in.in("source").text(true).empty()) in.in("source").complain("name the source of these promises");
  return out;
}

OperationSheet read_operation(const std::string& name, const Reader& in) {
  OperationSheet out;
  out.name = name;
  out.revision = static_cast<int>(in.in("revision").integer(1, 1, kCountMax));
  out.surface = in.in("surface").text();
  out.links = in.in("links").boolean(false);
  out.relinks = in.in("relinks").boolean(false);
  out.needs_customer = in.in("needs_customer").boolean(false);
  out.by = in.in("by").texts();
  out.void_terminal_states = in.in("void_terminal_states").texts();
  for (const auto& [label, sheet] : in.in("calls").raw().as_object()) {
    if (label.empty()) in.in("calls").complain("a call needs a label");
    out.calls.push_back(read_call(label, in.in("calls").in(label)));
  }
  auto adding = std::ranges::count_if(out.calls, [](const CallSheet& call) { return call.sign == Sign::adding; });
  if (adding > 1) in.in("calls").complain("at most one adding call per operation (INVARIANTS A, call)");
  return out;
}

}  // namespace

std::string_view name(LookupBy by) {
  for (const auto& [word, meaning] : kLookups)
    if (meaning == by) return word;
  return {};
}

const CallSheet* OperationSheet::call(std::string_view label) const {
  for (const CallSheet& sheet : calls)
    if (sheet.label == label) return &sheet;
  return nullptr;
}

const OperationSheet* Manifest::operation(std::string_view wanted) const {
  auto found = operations.find(std::string(wanted));
  return found == operations.end() ? nullptr : &found->second;
}

std::expected<Manifest, std::string> parse_manifest(std::string_view text) {
  json::Parsed parsed = json::parse(text);
  if (!parsed) return std::unexpected("byte " + std::to_string(parsed.error.offset) + ": " + parsed.error.message);
  std::string problem;
  Reader top(*parsed, "", &problem);
  Manifest out;
  out.id = top.in("id").text(true);
  out.title = top.in("title").text(true);
  out.version = top.in("version").text(true);
  out.vendor_api = top.in("vendor_api").text();
  out.status = top.in("status").text();
  out.roles = top.in("roles").texts();
  out.auth = parsed->at("auth");
  out.settings = parsed->at("settings");
  for (const auto& [name, value] : top.in("sources").raw().as_object()) out.sources[name] = value.as_string();
  for (const auto& [name, value] : top.in("secrets").raw().as_object()) {
    out.secrets.push_back(name);
    if (top.in("secrets").in(name).in("optional").boolean(false)) out.optional_secrets.push_back(name);
  }
  out.concurrency = static_cast<int>(top.in("limits").in("concurrency").integer(4, 1, kCountMax));
  out.requests_per_minute = static_cast<int>(top.in("limits").in("requests_per_minute").integer(0, 0, kCountMax));
  for (const auto& [name, value] : top.in("surfaces").raw().as_object())
    out.surfaces[name].pool = value.at("holds").as_string() != "mirror";
  for (const auto& [name, value] : top.in("operations").raw().as_object()) {
    OperationSheet operation = read_operation(name, top.in("operations").in(name));
    if (!operation.surface.empty() && !out.surfaces.contains(operation.surface))
      top.in("operations").in(name).in("surface").complain("no such surface: " + operation.surface);
    out.operations[name] = std::move(operation);
  }
  for (const UnreadMember& member : unread_members(*parsed))
    if (member.takes_back && problem.empty()) problem = member.text();
  if (problem.empty()) problem = auth_problem(*parsed);
  if (!problem.empty()) return std::unexpected(problem);
  return out;
}

bool code_listed(const std::vector<std::string>& list, std::string_view code) {
  for (const std::string& entry : list) {
    if (entry == code) return true;
    std::string_view prefix = entry;
    if (prefix.ends_with("/*") && code.starts_with(prefix.substr(0, prefix.size() - 1))) return true;
  }
  return false;
}

}  // namespace handoff
