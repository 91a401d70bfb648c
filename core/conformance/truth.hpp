#pragma once
// model.json: what the vendor does, said apart from the sheet and with its source. A sheet that promises more than the
// model shows is found out by counting what the model vendor has done in the end.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/conformance/cassette.hpp"

namespace handoff::conformance {

/// What happens when a request that took effect arrives again.
enum class Again { same_answer, refused, another_effect };

/// Of one declared call.
struct Truth {
  Again same_key = Again::another_effect;             // under the same key, while it is kept
  Again same_key_other_body = Again::another_effect;  // the same key, another amount
  std::int64_t key_kept_s = 0;
  bool errors_kept = true;                      // an error is stored under the key and given again
  Again sent_twice = Again::another_effect;     // the same bytes, the key forgotten or never there
  std::vector<std::string> found_by;            // "reference", "history", ... : how the effect can be found
  std::int64_t found_after_s = 0;               // and how long after it happened
  bool absence_proves = false;                  // not found = not there
  std::optional<std::int64_t> acts_within_s;    // the latest an unanswered request may act; nothing: not known
  std::int64_t reversed_within_s = 0;           // how long after it was sent a reversal by reference takes it back
  bool reversal_tombstones = false;             // what arrives after its reversal has no effect
  std::vector<std::string> effect_in_spite_of;  // codes after which the effect may exist all the same
};

struct Model {
  std::string source;
  std::map<std::string, Truth> calls;  // "issue.create-card"
};

/// Complaints are added to `problems`.
Model read_model(const json::Value& from, std::vector<std::string>& problems);

}  // namespace handoff::conformance
