#include "core/conformance/truth.hpp"

#include <algorithm>

#include "core/model/manifest.hpp"
#include "core/model/nearest.hpp"

namespace handoff::conformance {

namespace {

class Reader {
 public:
  Reader(const json::Value& from, std::string where, std::vector<std::string>& problems)
      : from_(from), where_(std::move(where)), problems_(problems) {}

  Again again(const char* name) {
    std::string_view word = from_.at(name).as_string("another_effect");
    if (word == "same_answer") return Again::same_answer;
    if (word == "refused") return Again::refused;
    if (word != "another_effect") complain(name, "write same_answer, refused or another_effect");
    return Again::another_effect;
  }
  std::int64_t seconds(const char* name, std::int64_t otherwise) {
    std::optional<std::int64_t> value = from_.at(name).as_integer();
    if (!from_.at(name).is_null() && (!value || *value < 0)) complain(name, "write a number of seconds");
    return value.value_or(otherwise);
  }
  std::vector<std::string> texts(const char* name) {
    std::vector<std::string> out;
    for (const json::Value& one : from_.at(name).as_array()) out.emplace_back(one.as_string());
    return out;
  }
  /// A slip would make the vendor the worst there is, and the sheet a liar.
  void only_known() {
    static const std::vector<std::string> known = {"absence_proves", "acts_within_s",       "effect_in_spite_of",
                                                   "errors_kept",    "found_after_s",       "found_by",
                                                   "key_kept_s",     "reversal_tombstones", "reversed_within_s",
                                                   "same_key",       "same_key_other_body", "sent_twice"};
    for (const auto& [name, value] : from_.as_object()) {
      if (std::ranges::find(known, name) != known.end()) continue;
      complain(name, "is no member of the model" + perhaps_meant(name, known));
    }
  }
  void complain(const std::string& name, const std::string& what) {
    problems_.push_back("model.json: " + where_ + "." + name + ": " + what);
  }

 private:
  const json::Value& from_;
  std::string where_;
  std::vector<std::string>& problems_;
};

}  // namespace

Model read_model(const json::Value& from, std::vector<std::string>& problems) {
  Model out;
  out.source = from.at("source").as_string();
  if (from.object() && out.source.empty()) problems.emplace_back("model.json: source: say where you know this from");
  for (const auto& [name, value] : from.at("calls").as_object()) {
    Reader in(value, name, problems);
    in.only_known();
    Truth truth;
    truth.same_key = in.again("same_key");
    truth.same_key_other_body = in.again("same_key_other_body");
    truth.key_kept_s = in.seconds("key_kept_s", 0);
    truth.errors_kept = value.at("errors_kept").as_bool(true);
    truth.sent_twice = in.again("sent_twice");
    truth.found_by = in.texts("found_by");
    // Not known is as bad for the model as for the sheet (INVARIANTS A, quiet period).
    truth.found_after_s = in.seconds("found_after_s", kUnknownLagSeconds);
    truth.absence_proves = value.at("absence_proves").as_bool();
    if (!value.at("acts_within_s").is_null()) truth.acts_within_s = in.seconds("acts_within_s", kUnknownLagSeconds);
    truth.reversed_within_s = in.seconds("reversed_within_s", 0);
    truth.reversal_tombstones = value.at("reversal_tombstones").as_bool();
    truth.effect_in_spite_of = in.texts("effect_in_spite_of");
    out.calls[name] = std::move(truth);
  }
  return out;
}

}  // namespace handoff::conformance
