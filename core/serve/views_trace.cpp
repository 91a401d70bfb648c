// The journey of one credit, from the folded tables; why this route and this customer from the journal; bodies from
// the sealed table.

#include <algorithm>
#include <map>

#include "core/model/http.hpp"
#include "core/model/identity.hpp"
#include "core/serve/views.hpp"
#include "core/serve/views_mask.hpp"
#include "core/serve/views_next.hpp"
#include "core/serve/views_parts.hpp"

#include <handoff/sdk/codec.hpp>

namespace handoff::serve {

namespace {

constexpr std::int64_t kCallsMax = 64;

void set_time(json::Object& out, std::string_view name, std::int64_t at) {
  if (at != 0) out.set(name, rfc3339(at));
}

std::vector<std::string> split(std::string_view list) {
  std::vector<std::string> out;
  while (!list.empty()) {
    std::size_t comma = std::min(list.find(','), list.size());
    out.emplace_back(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return out;
}

class Tracer {
 public:
  Tracer(journal::Reader& read, const crypto::Vault* vault, const journal::CreditRow& credit, std::int64_t now_ms,
         const DoubtOf& doubt_of)
      : read_(read), vault_(vault), credit_(credit), now_ms_(now_ms), doubt_of_(doubt_of) {}

  json::Value run() {
    if (vault_ != nullptr) learn_identifiers();
    postings_ = read_.postings(credit_.no);
    hops_ = read_.hops(credit_.no);
    if (credit_.state == "closed")  // what had not come to its end never will
      for (journal::HopRow& hop : hops_)
        if (hop.state != "done" && hop.state != "held") hop.state = "ended";
    effects_ = read_.effects(credit_.no);
    json::Object out;
    out.set("credit", credit_view(read_, credit_, now_ms_));
    set_customer(out);
    set_route(out);
    out.set("refs", refs());
    json::Array hops;
    for (const journal::HopRow& hop : hops_) hops.push_back(hop_view(hop));
    out.set("hops", std::move(hops));
    if (json::Value list = repairs(); !list.as_array().empty()) out.set("repairs", std::move(list));
    out.set("postings", postings());
    out.set("cases", cases());
    add_running();
    out.set("next", std::move(next_));
    return out;
  }

 private:
  // ---- who and why ----

  /// What the register or the vendor said about the customer; also what must not be shown later.
  void learn_identifiers() {
    for (std::int64_t owner : {credit_.no, -credit_.customer}) {
      auto [key, data] = owner == 0 ? std::pair<std::string, std::string>() : read_.personal(owner);
      std::optional<std::string> plain = vault_->open_sealed(key, "personal", data);
      json::Parsed parsed = json::parse(plain.value_or(""));
      if (!parsed) continue;
      know_customer(*parsed);
      if (owner != credit_.no) continue;
      identifiers_ = json::Object();
      for (auto [name, kind] :
           {std::pair("email", Personal::email), {"phone", Personal::phone}, {"loyalty", Personal::other}})
        if (std::string_view value = parsed->at(name).as_string(); !value.empty())
          identifiers_.set(name, mask(kind, value) + seconds(*parsed, name, kind));
      if (!parsed->at("unusable").as_array().empty()) identifiers_.set("unusable", parsed->at("unusable"));
    }
  }

  /// What else of the kind was told, in another's field.
  static std::string seconds(const json::Value& told, const char* name, Personal kind) {
    std::string out;
    for (const json::Value& one : told.at("beside").as_array())
      if (std::string_view value = one.at(name).as_string(); !value.empty()) out += " and " + mask(kind, value);
    return out;
  }

  void know_customer(const json::Value& customer) {
    for (const json::Value& second : customer.at("beside").as_array()) know_customer(second);
    masker_.know(Personal::email, customer.at("email").as_string());
    masker_.know(Personal::phone, customer.at("phone").as_string());
    masker_.know(Personal::other, customer.at("loyalty").as_string());
    masker_.know(Personal::name, customer.at("name").as_string());
  }

  json::Value event(std::string_view kind, std::int64_t* at = nullptr) {
    std::int64_t from = postings_.empty() ? 1 : postings_.front().seq;
    std::optional<journal::Reader::Event> found = read_.first_event(credit_.id, kind, from);
    if (!found) return nullptr;
    if (at != nullptr) *at = found->at;
    json::Parsed payload = json::parse(found->payload);
    return payload ? *payload : json::Value();
  }

  void set_customer(json::Object& out) {
    json::Object customer;
    if (credit_.customer != 0) {
      std::int64_t at = 0;
      json::Value resolved = event("credit.resolved", &at);
      customer.set("hub", read_.customer_hub(credit_.customer));
      set_text(customer, "evidence", std::string(resolved.at("evidence").as_string()));
      set_time(customer, "resolved_at", at);
    }
    if (!identifiers_.empty()) customer.set("given", identifiers_);
    if (!customer.empty()) out.set("customer", std::move(customer));
  }

  void set_route(json::Object& out) {
    if (credit_.route.empty()) return;
    json::Value routed = event("credit.routed", &routed_at_);
    json::Object route;
    route.set("name", credit_.route);
    set_text(route, "why", std::string(routed.at("why").as_string()));
    set_time(route, "at", routed_at_);
    out.set("route", std::move(route));
  }

  json::Value refs() {
    json::Array list;
    for (const journal::Reader::Ref& ref : read_.refs(credit_.no)) {
      if (ref.type == "instrument" && ref.id == credit_.instrument) continue;  // shown as the credit's own
      json::Object one;
      one.set("surface", ref.surface).set("type", ref.type).set("id", ref.id);
      list.emplace_back(std::move(one));
    }
    return list;
  }

  // ---- hops ----

  /// When the hop could start: its last predecessor was done, or the route was chosen. 0: it cannot yet.
  std::int64_t since(const journal::HopRow& hop) const { return journal::could_start(hop, hops_); }

  json::Value hop_view(const journal::HopRow& hop) {
    json::Object out;
    out.set("hop", hop.id).set("state", hop.state).set("connector", hop.connector);
    out.set("surface", hop.surface).set("op", hop.op);
    json::Array after;
    for (std::string& id : split(hop.after)) after.emplace_back(std::move(id));
    if (!after.empty()) out.set("after", std::move(after));
    out.set("verify", hop.verify);
    if (hop.sla_ms != 0) out.set("sla_ms", hop.sla_ms);
    if (hop.booked) {
      json::Object booked;
      booked.set("amount", money_view(hop.booked->amount)).set("rate", hop.booked->rate).set("day", hop.booked->day);
      booked.set("rounding", hop.booked->rounding).set("rates", hop.booked->rates);
      out.set("booked", std::move(booked));
    }
    if (std::int64_t start = since(hop); start != 0) {
      std::int64_t until = hop.state == "done" ? hop.done_at : hop.state == "ended" ? credit_.changed_at : now_ms_;
      std::int64_t elapsed = std::max<std::int64_t>(0, until - start);
      out.set("since", rfc3339(start)).set("elapsed_ms", elapsed);
      set_time(out, "done_at", hop.done_at);
      if (hop.state == "done" && hop.changed_at > hop.done_at) out.set("updated_at", rfc3339(hop.changed_at));
      out.set("late", hop.state != "ended" && hop.sla_ms != 0 && elapsed > hop.sla_ms);
    }
    json::Array effects;
    for (const journal::EffectRow& effect : effects_)
      if (effect.hop == hop.id || takes_away(effect, hop)) effects.push_back(effect_view(effect));
    if (hop.op == "mirror")
      if (std::optional<journal::EffectRow> mirror = mirror_effect(hop)) effects.push_back(effect_view(*mirror));
    out.set("effects", std::move(effects));
    return out;
  }

  /// A mirror of a customer of before, without this credit.
  static bool takes_away(const journal::EffectRow& effect, const journal::HopRow& hop) {
    return effect.op == "mirror" && hop.op == "mirror" && effect.surface == hop.surface;
  }

  std::optional<journal::EffectRow> mirror_effect(const journal::HopRow& hop) {
    if (credit_.customer == 0 || hop.version == 0) return std::nullopt;
    return read_.effect_of("customer:" + read_.customer_hub(credit_.customer), hop.surface, "mirror", 0, hop.version);
  }

  // ---- effects, calls, attempts ----

  json::Value effect_view(const journal::EffectRow& effect) {
    json::Object out;
    out.set("effect", effect.no).set("op", effect.op).set("surface", effect.surface).set("state", effect.state);
    set_text(out, "reason", effect.reason);
    set_text(out, "entry", effect.entry);
    if (!effect.amount.currency().empty()) out.set("amount", money_view(effect.amount));
    if (effect.version != 0) out.set("version", effect.version);
    out.set("generation", effect.generation);
    out.set("planned_at", rfc3339(effect.at)).set("changed_at", rfc3339(effect.changed_at)).set("open", effect.open);
    set_text(out, "instrument", effect.instrument);
    set_text(out, "linked", effect.linked);
    set_text(out, "evidence", effect.evidence);
    know_arguments(effect);
    out.set("bodies", bodies_state(effect));
    out.set("calls", calls_view(effect));
    return out;
  }

  /// Writing calls from their rows, reading ones (which have none) from their stored replies; as they were made.
  json::Value calls_view(const journal::EffectRow& effect) {
    std::vector<journal::AttemptRow> attempts = read_.attempts(effect.no);
    std::map<std::int64_t, json::Value> by_position;
    for (const journal::CallRow& call : read_.calls(effect.no))
      by_position[call.call] = call_view(effect, call, attempts);
    for (std::int64_t position = 0; position < kCallsMax; ++position) {
      if (by_position.contains(position)) continue;
      std::string label;
      json::Value reply = reply_view(effect, position, &label);
      if (reply.is_null()) continue;
      json::Object read;
      read.set("call", label).set("state", "read").set("reply", std::move(reply));
      by_position[position] = json::Value(std::move(read));
    }
    json::Array out;
    for (auto& [position, call] : by_position) out.push_back(std::move(call));
    return out;
  }

  json::Value call_view(const journal::EffectRow& effect, const journal::CallRow& call,
                        const std::vector<journal::AttemptRow>& attempts) {
    json::Object out;
    out.set("call", call.label).set("state", call.state).set("key", call.key).set("revision", call.revision);
    out.set("sends", call.sends);
    if (call.rule != 0) out.set("rule", call.rule);
    set_text(out, "evidence", call.evidence);
    set_time(out, "first_sent_at", call.first_sent_at);
    set_time(out, "last_sent_at", call.last_sent_at);
    json::Array list;
    std::int64_t ended = call.doubted == 0 ? 0 : call.last_sent_at;  // as if it had been sent when it was doubted
    for (const journal::AttemptRow& attempt : attempts) {
      if (attempt.call != call.call) continue;
      list.push_back(attempt_view(attempt));
      ended = std::max(ended, attempt.sent_at + attempt.elapsed_us / 1000);
    }
    out.set("attempts", std::move(list));
    if (std::optional<Doubt> doubt = doubt_of_ ? doubt_of_(effect, call, ended) : std::nullopt) {
      json::Object view;
      view.set("until", rfc3339(doubt->until)).set("absence_proves", doubt->proves).set("unstated", doubt->unstated);
      out.set("doubt", std::move(view));
      doubts_[effect.hop] = *doubt;
    }
    if (json::Value request = request_view(effect, call.call); !request.is_null()) out.set("request", request);
    if (json::Value reply = reply_view(effect, call.call); !reply.is_null()) out.set("reply", reply);
    return out;
  }

  json::Value attempt_view(const journal::AttemptRow& attempt) {
    json::Object out;
    out.set("attempt", attempt.attempt).set("revision", attempt.revision).set("epoch", attempt.epoch);
    out.set("sent_at", rfc3339(attempt.sent_at)).set("outcome", attempt.outcome);
    set_text(out, "code", attempt.code);
    if (!attempt.error.empty()) out.set("error", masker_.text(attempt.error));
    if (attempt.elapsed_us != 0) out.set("elapsed_ms", attempt.elapsed_us / 1000);
    return out;
  }

  // ---- bodies ----

  std::int64_t owner(const journal::EffectRow& effect) const {
    return journal::sealed_for(effect.op, effect.credit, effect.customer);
  }

  std::optional<std::string> open_body(const journal::EffectRow& effect, std::int64_t call, const char* kind) {
    if (vault_ == nullptr) return std::nullopt;
    std::string sealed = read_.body(effect.no, call, kind);
    if (sealed.empty()) return std::nullopt;
    return vault_->open_sealed(read_.personal(owner(effect)).first, std::string(kind) + ":" + std::to_string(effect.no),
                               sealed);
  }

  /// opened; sealed: there is no key here, or it was destroyed; dropped: older than [store] keep_bodies.
  const char* bodies_state(const journal::EffectRow& effect) {
    if (read_.body(effect.no, -1, "args").empty()) return "dropped";
    return open_body(effect, -1, "args") ? "opened" : "sealed";
  }

  void know_arguments(const journal::EffectRow& effect) {
    json::Parsed arguments = json::parse(open_body(effect, -1, "args").value_or(""));
    if (!arguments) return;
    const json::Value& input = arguments->at("input");
    masker_.know(Personal::code, input.at("code").as_string());
    know_customer(input.at("customer"));
  }

  json::Value request_view(const journal::EffectRow& effect, std::int64_t call) {
    json::Parsed parsed = json::parse(open_body(effect, call, "request").value_or(""));
    HttpRequest request;
    if (!parsed || !decode(*parsed, request).empty()) return nullptr;
    json::Object out;
    out.set("method", request.method).set("target", masker_.target(request.target));
    if (!request.body.empty()) out.set("body", masker_.body(request.body));
    return out;
  }

  json::Value reply_view(const journal::EffectRow& effect, std::int64_t call, std::string* label = nullptr) {
    json::Parsed parsed = json::parse(open_body(effect, call, "reply").value_or(""));
    HttpReply reply;
    if (!parsed || !decode(parsed->at("http"), reply).empty()) return nullptr;
    json::Object out;
    if (label != nullptr) *label = parsed->at("label").as_string();
    if (reply.status != 0)
      out.set("status", reply.status);
    else
      out.set("adopted", true);  // no reply came; this is the record that a look-up found
    if (!reply.body.empty()) out.set("body", masker_.body(reply.body));
    return out;
  }

  // ---- money, cases, what now ----

  json::Value postings() {
    json::Array list;
    for (const journal::PostingRow& posting : postings_) {
      json::Object one;
      one.set("from", posting.from).set("to", posting.to).set("money", money_view(posting.amount));
      one.set("seq", posting.seq);
      list.emplace_back(std::move(one));
    }
    return list;
  }

  json::Value repairs() {
    json::Array list;
    for (const journal::RepairRow& row : read_.repairs(credit_.no)) {
      json::Object one;
      one.set("repair", row.round).set("state", row.state).set("reason", row.reason).set("asked_by", row.asked_by);
      set_text(one, "approved_by", row.approved_by);
      set_text(one, "why", row.why);
      if (row.removed) one.set("removed", money_view(Money(*row.removed, credit_.amount.currency())));
      one.set("opened_at", rfc3339(row.opened_at)).set("changed_at", rfc3339(row.changed_at));
      list.emplace_back(std::move(one));
    }
    return list;
  }

  json::Value cases() {
    json::Array list;
    for (const journal::CaseRow& row : read_.cases_of(credit_.no)) {
      json::Object one;
      one.set("case", row.no).set("kind", row.kind).set("reason", row.reason).set("role", row.role);
      one.set("state", row.state).set("opened_at", rfc3339(row.opened_at));
      set_time(one, "deadline", row.deadline);
      set_time(one, "closed_at", row.closed_at);
      set_text(one, "closed_why", row.closed_why);
      set_text(one, "assignee", row.assignee);
      if (json::Array ranked = candidates_view(row); !ranked.empty()) one.set("candidates", std::move(ranked));
      if (row.state == "open") {
        std::string next = next_step(credit_, row, exits_of(read_, row));
        next_.emplace_back(next + still_acts(row));
        one.set("next", std::move(next));
      }
      list.emplace_back(std::move(one));
    }
    return list;
  }

  /// Problems that no case stands for yet.
  void add_running() {
    for (const journal::HopRow& hop : hops_) {
      if (hop.state != "running" && hop.state != "waiting") continue;
      std::int64_t start = since(hop);
      bool late = start != 0 && hop.sla_ms != 0 && now_ms_ - start > hop.sla_ms;
      if (in_doubt(hop))
        next_.emplace_back(doubt_text(hop));
      else if (std::string asked = asked_to_wait(hop); !asked.empty())
        next_.push_back(std::move(asked));
      else if (late && hop.state == "running")
        next_.emplace_back(hop.id + " is late: " + waits_for(hop));
      else if (late)
        next_.emplace_back(hop.id +
                           " is late and has not started: see whether the hop is paused, and whether handoff "
                           "reaches " +
                           hop.connector + ".");
    }
  }

  /// Refused before it did anything, at its last attempt. Until when it is to wait only the running hub knows.
  std::string asked_to_wait(const journal::HopRow& hop) {
    for (const journal::EffectRow& effect : effects_) {
      if (effect.hop != hop.id || !effect.open) continue;
      std::vector<journal::AttemptRow> attempts = read_.attempts(effect.no);
      auto last =
          std::ranges::max_element(attempts, {}, [](const auto& one) { return std::pair(one.sent_at, one.attempt); });
      if (last == attempts.end() || last->outcome != "NOT_SENT" || last->code.empty()) continue;
      return hop.id + ": " + hop.connector + " asked to wait (" + last->code + ", " +
             rfc3339(last->sent_at).substr(11, 8) +
             " UTC), and nothing was done there. handoff sends it again by itself.";
    }
    return {};
  }

  std::string waits_for(const journal::HopRow& hop) {
    for (const journal::EffectRow& effect : effects_) {
      if (effect.hop != hop.id || !effect.open || !read_.calls(effect.no).empty()) continue;
      std::string out = "nothing of it was sent yet. ";
      if (std::string before = before_it(effect); !before.empty()) return out + before;
      return out + "See whether the hop is paused, and whether " + hop.connector + " answers: handoff status.";
    }
    return "its last attempt is in this trace. handoff goes on by itself once the system answers.";
  }

  /// What may stand before it, at a system that is sent one request of a customer at a time. The journal does not say what
  /// a connector's sheet says.
  std::string before_it(const journal::EffectRow& effect) {
    if (credit_.customer == 0) return {};
    for (const journal::EffectRow& other : read_.open_effects()) {
      if (other.no == effect.no || other.surface != effect.surface || other.credit == 0 || other.credit == credit_.no)
        continue;
      std::optional<journal::CreditRow> theirs = read_.credit(other.credit);
      if (!theirs || theirs->customer != credit_.customer || read_.calls(other.no).empty()) continue;
      return other.hop + " of " + theirs->ref + ", the same customer's, is " +
             (other.state == "unknown" ? "in doubt" : "under way") + " at " + effect.connector +
             ", and some systems are sent one request of a customer at a time: then it goes on once that is settled. "
             "See: handoff trace " +
             theirs->ref;
    }
    return {};
  }

  /// Of a request that nobody can say did not happen, as long as it may act.
  std::string still_acts(const journal::CaseRow& row) const {
    auto doubt = doubts_.find(hop_of(row.reason));
    bool acts = row.kind == "unknown outcome" && doubt != doubts_.end() && doubt->second.until > now_ms_;
    return acts ? ". " + in_doubt_until(doubt->first, doubt->second.until) +
                      ": before that nobody can say that it did not happen."
                : "";
  }

  std::string doubt_text(const journal::HopRow& hop) const {
    auto doubt = doubts_.find(hop.id);
    bool known = doubt != doubts_.end(), over = known && doubt->second.until <= now_ms_;
    std::string out = known && !over ? in_doubt_until(hop.id, doubt->second.until) : hop.id + " is in doubt";
    out += ": handoff looks it up and resends only what is proven to be safe. ";
    if (over)
      out += "It could be over since " + rfc3339(doubt->second.until).substr(11, 8) + " UTC: see whether " +
             hop.connector + " answers. ";
    if (known && !doubt->second.proves)
      out += "Looks there prove no absence: if they find nothing, it becomes a case. ";
    if (known && !over && doubt->second.unstated)
      out += "Its vendor does not say how long a request may still act or take to show; if you know: [connector." +
             hop.connector + ".assume]. ";
    return out + "Do not repeat it by hand.";
  }

  bool in_doubt(const journal::HopRow& hop) const {
    return std::ranges::any_of(effects_, [&](const journal::EffectRow& effect) {
      return effect.hop == hop.id && effect.open && (effect.state == "unknown" || effect.state == "accepted");
    });
  }

  journal::Reader& read_;
  const crypto::Vault* vault_;
  const journal::CreditRow& credit_;
  std::int64_t now_ms_;
  const DoubtOf& doubt_of_;
  std::map<std::string, Doubt> doubts_;  // by hop
  std::int64_t routed_at_ = 0;
  Masker masker_;
  json::Object identifiers_;
  std::vector<journal::PostingRow> postings_;
  std::vector<journal::HopRow> hops_;
  std::vector<journal::EffectRow> effects_;
  json::Array next_;
};

}  // namespace

std::expected<json::Value, ViewError> trace_view(journal::Reader& read, const crypto::Vault* vault,
                                                 std::string_view what, std::int64_t now_ms, const DoubtOf& doubt_of) {
  std::expected<journal::CreditRow, ViewError> credit = find_credit(read, what);
  if (!credit && credit.error().code == "not_found" && vault != nullptr)
    if (auto coded = credit_by_code(read, *vault, what)) credit = std::move(*coded);
  if (!credit) return std::unexpected(credit.error());
  return Tracer(read, vault, *credit, now_ms, doubt_of).run();
}

}  // namespace handoff::serve
