#pragma once
// What an answer means for the money (INVARIANTS F, P8, P9). Pure: the connector reports, the host judges here.

#include "core/engine/rows.hpp"
#include "core/engine/setup.hpp"
#include "core/net/transport.hpp"

namespace handoff::engine {

enum class Outcome { not_sent, applied, accepted, rejected, unknown };
const char* name(Outcome outcome);
/// Whether a look can tell what became of a call (rules 2 and 3).
bool has_look_up(const CallSheet& sheet);
/// An error that the vendor gave as an answer: by its status, or inside of a 200.
bool is_error(const std::string& code);
/// Whether it is known to have had its effect.
bool took_effect(const CallRow& call);

/// What was asked for; an echo or a sighting must agree with it.
struct Expected {
  std::optional<Money> amount;
  std::string code, reference, customer, instrument, credit;
  std::int64_t version = 0;
  bool reversed = false;                // a booking that takes back
  bool relinks = false;                 // a link of what is another customer's
  std::vector<std::string> references;  // every form in which a record may carry ours: reference, keys, ref20s
  bool ours(const std::string& seen) const;
};

/// What the input of an operation asks for. The caller adds to `references` the keys of its calls.
Expected expected_of(std::string_view op, const json::Value& input);

struct Judgement {
  Outcome outcome = Outcome::unknown;
  std::string why;
  std::int64_t wait_ms = 0;  // not_sent by a rate limit: what the vendor asked for, bounded
};

/// How a send ended that brought no answer.
Judgement judge_silence(const net::Result& result);

/// How a send ended that brought one. `verdict` null: the connector said nothing.
Judgement judge_answer(const CallSheet& sheet, int status, const plugin_host::Verdict* verdict,
                       const Expected& expected);

/// What a look-up showed of a call (rules 2 and 3).
struct LookUp {
  enum class Found { matching, different, several, nothing, incomplete };
  Found found = Found::incomplete;
  Sighting sighting;  // of matching
  std::string why;
};

/// `sign` decides what must agree: an adding or booking call by amount, a link by customer, a removal by state.
LookUp judge_sightings(const OperationSheet& operation, const CallSheet& sheet, const ReadResult& seen,
                       const Expected& expected);

/// Rule 1, as far as the sheet goes: the same bytes may leave again under the same key (P6: inside its window, with a
/// margin of a tenth of it and at least a minute). Times in Unix milliseconds.
bool key_still_protects(const CallSheet& sheet, std::int64_t first_sent_ms, std::int64_t now_ms);

/// The vendor stored an error under the call's key and gives it again for ever (P3).
bool key_is_spent(const CallSheet& sheet, const CallRow& call);

/// T10: does a read-back prove the finished operation? Empty if it does, else what is wrong.
std::string disproof(const OperationSheet& operation, const ReadResult& seen, const Expected& expected,
                     Sighting& proof);

/// The operation by which an instrument ends there for good; null if none does (INVARIANTS G4).
const OperationSheet* final_void(const Manifest& manifest);
/// Whether what was seen is dead there for good.
bool is_over(const Manifest& manifest, const Sighting& seen);

/// How `read` can look for it: by the vendor's own id if it can, else by what we know. Empty if in no way.
std::string way_to_read(const OperationSheet& read, const ReadInput& input);

}  // namespace handoff::engine
