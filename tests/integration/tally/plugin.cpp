// The connector for which rule 4 is the way out (INVARIANTS F): no key, no look-up that proves anything, a reversal.

#include <unistd.h>

#include <cstdlib>
#include <handoff/sdk/connector.hpp>

namespace handoff::tally {

#ifdef FRAIL
/// With the vendor's reply in hand: an end, no end, or nonsense to the hub.
inline void suffer(const json::Value& receipt) {
  std::string_view how = receipt.at("frail").as_string();
  if (how == "crash") std::abort();
  while (how == "loop") __asm__ volatile("");
  if (how == "garbage" && write(3, "\x10\0\0\0\3\0\0\0garbage!!!!!", 20) < 0) std::abort();
}
#else
inline void suffer(const json::Value&) {}
#endif

class Tally {
 public:
  explicit Tally(const json::Value& settings) : rest_ms_(settings.at("rest_ms").as_integer().value_or(0)) {}

  Task<RecordResult> record(Context& c, const RecordInput& in) const {
    if (rest_ms_ > 0) {
      Sleep rest("rest", static_cast<std::uint64_t>(rest_ms_));
      co_await c.send(rest);
    }
    json::Object entry;
    entry.set("credit", in.credit.ref);
    entry.set("reference", c.key("append-entry"));
    entry.set("amount", (in.entry == "cancelled" ? in.amount.negated() : in.amount).decimal());
    entry.set("currency", in.amount.currency());
    Request append(Retry::reverse, "append-entry", "POST", "/entries");
    append.json(json::Value(std::move(entry)));
    Reply reply = co_await c.send(append);
    RecordResult out;
    if (reply.adopted()) {  // in a person's word: there is no look that proves it
      out.instrument = reply.sighting().instrument;
      co_return out;
    }
    if (!reply.ok()) c.unclear(reply, std::to_string(reply.status()), "no receipt");
    json::Value receipt = reply.json();
    suffer(receipt);
    Sighting entry_made = entry_of(receipt);
    if (!entry_made.amount) c.unclear(reply, std::to_string(reply.status()), "the receipt is no entry");
    Echoes echoes;
    echoes.amount =
        in.entry == "cancelled" ? entry_made.amount->negated() : entry_made.amount;  // asked for as positive
    echoes.reference = entry_made.reference == c.key("append-entry") ? in.reference : "";
    c.applied(reply, echoes);
    out.instrument = entry_made.instrument;
    co_return out;
  }

  /// Everything of the credit: whose call an entry is, the host finds out by its reference.
  Task<ReadResult> read(Context& c, const ReadInput& in) const {
    Request look(Retry::safe, "list-entries", "GET", "/entries?credit=" + percent(in.credit));
    Reply reply = co_await c.send(look);
    if (!reply.ok()) throw Failure(Failed::retryable, std::to_string(reply.status()));
    json::Value body = reply.json();
    if (!body.at("entries").array()) throw Failure(Failed::unreadable, "the answer has no entries");
    ReadResult out;
    out.complete = true;
    for (const json::Value& entry : body.at("entries").as_array()) {
      out.sightings.push_back(entry_of(entry));
      if (!out.sightings.back().amount) throw Failure(Failed::unreadable, "the list holds what is no entry");
    }
    co_return out;
  }

  Task<ReverseResult> reverse(Context& c, const ReverseInput& in) const {
    json::Object body;
    body.set("reference", in.key);
    Request back(Retry::unsafe, "reverse-entry", "POST", "/reversals");
    back.json(json::Value(std::move(body)));
    Reply reply = co_await c.send(back);
    if (reply.adopted()) co_return ReverseResult();
    std::string code = std::to_string(reply.status());
    json::Value answer = reply.json();
    std::string_view named = answer.at("reference").as_string();
    if (reply.status() == 404 && named == in.key) c.rejected(reply, code, "nothing under this reference");
    if (!reply.ok() || named.empty()) c.unclear(reply, code, "no receipt");
    Echoes echoes;
    echoes.reference = named == in.key ? in.reference : "";
    c.applied(reply, echoes);
    co_return ReverseResult();
  }

#ifdef HOLLOW
  /// It says that all is well, and asks nobody.
  Task<CheckResult> check(Context&, const CheckInput&) const { co_return CheckResult(); }
#endif

 private:
  /// Without an amount if it is no entry.
  static Sighting entry_of(const json::Value& entry) {
    Sighting out;
    out.instrument = entry.at("number").as_string();
    if (out.instrument.empty()) return out;
    out.amount = money_from_decimal(entry.at("amount").as_string(), entry.at("currency").as_string());
    out.reference = entry.at("reference").as_string();
    out.state = "active";
    return out;
  }

  std::int64_t rest_ms_ = 0;
};

}  // namespace handoff::tally

using handoff::tally::Tally;
#ifdef HOLLOW
#define TALLY_CHECK , HANDOFF_OPERATION(Tally, check, "check/1")
#else
#define TALLY_CHECK
#endif
HANDOFF_CONNECTOR(Tally, HANDOFF_OPERATION(Tally, record, "record/1"), HANDOFF_OPERATION(Tally, read, "read/1"),
                  HANDOFF_OPERATION(Tally, reverse, "reverse/1") TALLY_CHECK)
