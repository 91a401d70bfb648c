#pragma once
// The connector for which only rule 5 is left (INVARIANTS F): what got lost on the way stays unknown.

#include <handoff/sdk/connector.hpp>

namespace handoff::telex {

class Telex {
 public:
  explicit Telex(const json::Value&) {}

  Task<RecordResult> record(Context& c, const RecordInput& in) const {
    json::Object entry;
    entry.set("credit", in.credit.ref);
    entry.set("reference", in.reference);
    entry.set("amount", in.amount.decimal());
    entry.set("currency", in.amount.currency());
    Request append(Retry::idempotent, "append-entry", "POST", "/entries");
    append.header("Idempotency-Key", c.key("append-entry")).json(json::Value(std::move(entry)));
    Reply reply = co_await c.send(append);
    std::string code = std::to_string(reply.status());
    if (!reply.ok()) c.unclear(reply, code, "no receipt");
    json::Value body = reply.json();
    Echoes echoes;
    echoes.amount = money_from_decimal(body.at("amount").as_string(), body.at("currency").as_string());
    echoes.reference = body.at("reference").as_string();
    c.applied(reply, echoes);
    RecordResult out;
    out.instrument = body.at("number").as_string();
    co_return out;
  }
};

}  // namespace handoff::telex
