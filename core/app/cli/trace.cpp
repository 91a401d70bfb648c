// trace: the journey of one credit, from the register to the last hop, and at the end what to do next. Short: a line for
// each hop, and what did not go as planned. Full: every effect, call and attempt, and the postings.

#include <ostream>

#include "core/app/cli/commands.hpp"
#include "core/app/cli/hub.hpp"
#include "core/app/cli/show.hpp"
#include "core/app/cli/table.hpp"
#include "core/app/cli/words.hpp"
#include "core/identity/foreign.hpp"
#include "core/serve/views.hpp"

namespace handoff::cli {

namespace {

constexpr std::size_t kBodyLine = 160;

Tone tone_of(const std::string& state) {
  if (state == "done" || state == "complete" || state == "verified" || state == "APPLIED") return Tone::good;
  if (state == "held" || state == "rejected" || state == "unknown" || state == "UNKNOWN" || state == "REJECTED" ||
      state == "unresolved")
    return Tone::bad;
  return Tone::plain;
}

/// How a call that had no clear answer was settled (INVARIANTS F).
/// `taken`: it was accepted, by a vendor whose answer shows nothing.
std::string settled_text(const std::string& state, std::int64_t rule, bool taken) {
  static constexpr const char* kShown[] = {"",
                                           "the same request, sent again, was answered",
                                           "a look found it there",
                                           "its history shows it",
                                           "",
                                           "a person saw it there"};
  static constexpr const char* kNotShown[] = {"",
                                              "the same request, sent again, was refused",
                                              "looks prove that it did not arrive",
                                              "its history proves that it did not arrive",
                                              "it was reversed, and is read as gone",
                                              "a person saw that it did not"};
  bool known = rule >= 1 && rule <= 5;
  static constexpr const char* kAgain[] = {"",
                                           "the same request was sent again",
                                           "looks proved that it had not arrived",
                                           "its history proved that it had not arrived",
                                           "it had been reversed",
                                           "a person had seen that it had not arrived"};
  if (state == "adopted")
    return std::string("was done: ") + (taken ? "it was accepted, and " : "no clear answer came, ") +
           (known ? kShown[rule] : "it was found there");
  if (state == "not_applied")
    return std::string("was not done: no clear answer came, ") + (known ? kNotShown[rule] : "it did not arrive");
  if (state == "held") return "is held: no clear answer came, and nothing can tell; a person must look";
  return state + ", after no clear answer" + (known ? std::string(": ") + kAgain[rule] : "");
}

/// One send, answered without anything to compare: the normal way of a vendor that answers so.
bool was_taken(const json::Value& call) {
  const json::Array& attempts = call.at("attempts").as_array();
  return !attempts.empty() && text_of(attempts.back().at("outcome")) == "ACCEPTED";
}

class Printer {
 public:
  Printer(const json::Value& trace, const Options& options, Console& console)
      : trace_(trace),
        full_(!options.brief || options.bodies),
        bodies_(options.bodies),
        console_(console),
        out_(console.out) {}

  void run() {
    head();
    hops();
    for (const json::Value& one : trace_.at("failing").as_array()) line(2, "failing: " + failing_text(one, console_));
    repairs();
    if (full_) postings();
    cases();
    next();
    if (!full_ && !trace_.at("hops").as_array().empty())
      out_ << "\nEach call, its answer and the postings: leave out --brief\n";
  }

 private:
  void line(std::size_t indent, const std::string& text) {
    out_ << std::string(indent, ' ') << wrapped(text, console_.width, indent) << "\n";
  }
  void title(const std::string& text) { out_ << "\n" << paint(console_, Tone::strong, text) << "\n"; }
  std::string toned(const std::string& state) { return paint(console_, tone_of(state), state); }

  // ---- the credit ----

  void head() {
    const json::Value& credit = trace_.at("credit");
    std::string amount = money(credit.at("amount"));
    out_ << paint(console_, Tone::strong, text_of(credit.at("ref"))) << "  ";
    if (!amount.empty()) out_ << amount << " " << text_of(credit.at("balance_type")) << "  ";
    out_ << toned(text_of(credit.at("state")));
    if (std::string reason = text_of(credit.at("reason")); !reason.empty()) out_ << ": " << reason;
    out_ << "\n";
    std::string staff = text_of(credit.at("staff"));
    fact("receipt", receipt(credit) + (staff.empty() ? "" : ", staff " + staff));
    fact("accepted", moment(credit.at("accepted_at")) + " UTC from " + text_of(credit.at("origin")) + ", " +
                         duration(number_of(credit.at("age_ms"))) + " ago; number " + text_of(credit.at("no")));
    customer();
    const json::Value& route = trace_.at("route");
    std::string why = text_of(route.at("why"));
    fact("route", why.empty() ? text_of(route.at("name")) : why);
    if (std::string instrument = text_of(credit.at("instrument")); !instrument.empty()) {
      std::string left = money(credit.at("available"));
      fact("instrument", instrument + (left.empty() ? "" : ", last seen with " + left));
    }
    fact("expires", text_of(credit.at("expires_at")));
    std::string refs;
    for (const json::Value& ref : trace_.at("refs").as_array())
      refs += (refs.empty() ? "" : ", ") + text_of(ref.at("surface")) + " " + text_of(ref.at("type")) + " " +
              text_of(ref.at("id"));
    if (full_) fact("also known", refs);
  }

  void customer() {
    const json::Value& customer = trace_.at("customer");
    std::string given;
    for (const auto& [name, value] : customer.at("given").as_object())
      if (value.is_string()) given += (given.empty() ? "" : ", ") + name + " " + text_of(value);
    for (const json::Value& unusable : customer.at("given").at("unusable").as_array())
      given += (given.empty() ? "" : ", ") + ("unusable " + text_of(unusable));
    std::string hub = text_of(customer.at("hub")), evidence = text_of(customer.at("evidence"));
    fact("customer", hub.empty() ? "not known" : hub + (evidence.empty() ? "" : ": " + evidence));
    if (full_ || hub.empty()) fact("given", given);
  }

  void fact(const std::string& name, const std::string& text) {
    if (text.empty()) return;
    out_ << "  " << padded(name, 12) << wrapped(text, console_.width, 14) << "\n";
  }

  // ---- hops ----

  void hops() {
    const json::Array& hops = trace_.at("hops").as_array();
    if (hops.empty()) return;
    title("Hops");
    for (const json::Value& hop : hops) one_hop(hop);
  }

  void repairs() {
    const json::Array& repairs = trace_.at("repairs").as_array();
    if (repairs.empty()) return;
    title("Repairs");
    for (const json::Value& repair : repairs) {
      std::string approved = text_of(repair.at("approved_by")), why = text_of(repair.at("why"));
      std::string removed = money(repair.at("removed"));
      line(2,
           text_of(repair.at("repair")) + "  " + toned(text_of(repair.at("state"))) + (why.empty() ? "" : ": ") + why);
      line(5, "asked by " + text_of(repair.at("asked_by")) + ": " + text_of(repair.at("reason")) +
                  (approved.empty() ? "" : "; approved by " + approved) +
                  (removed.empty() ? "" : "; the void took " + removed));
    }
  }

  void one_hop(const json::Value& hop) {
    std::string state = text_of(hop.at("state")), sla = hop.at("sla_ms").is_null()
                                                            ? std::string()
                                                            : " (SLA " + duration(number_of(hop.at("sla_ms"))) + ")";
    out_ << "  " << paint(console_, Tone::strong, text_of(hop.at("hop"))) << "  " << toned(state);
    if (!hop.at("elapsed_ms").is_null()) {
      out_ << (state == "done" ? " in " : " for ") << duration(number_of(hop.at("elapsed_ms"))) << sla;
      if (hop.at("late").as_bool()) out_ << ", " << paint(console_, Tone::bad, "late");
      if (!hop.at("updated_at").is_null())
        out_ << "; brought up to date " << moment(hop.at("updated_at")) << " UTC";
      else if (state != "done" && !hop.at("done_at").is_null())
        out_ << "; it was done " << moment(hop.at("done_at")) << " UTC, and is brought up to date";
    } else if (state == "waiting") {
      out_ << " for " << joined(hop.at("after"));
    }
    if (!full_)
      if (std::string instrument = instrument_of(hop); !instrument.empty()) out_ << ", " << instrument;
    out_ << "\n";
    if (const json::Value& booked = hop.at("booked"); booked.is_object())
      line(4, "booked as " + money(booked.at("amount")) + ": " + text_of(booked.at("rate")) + " of " +
                  text_of(booked.at("day")) + " in [rates." + text_of(booked.at("rates")) + "], " +
                  text_of(booked.at("rounding")));
    for (const json::Value& effect : hop.at("effects").as_array()) full_ ? one_effect(effect) : what_went_wrong(effect);
  }

  /// What the hop made there.
  static std::string instrument_of(const json::Value& hop) {
    std::string out;
    for (const json::Value& effect : hop.at("effects").as_array())
      if (std::string one = text_of(effect.at("instrument")); !one.empty()) out = one;
    return out;
  }

  /// Of an effect in the short form: nothing where every answer was the expected one.
  void what_went_wrong(const json::Value& effect) {
    std::string state = text_of(effect.at("state")), reason = text_of(effect.at("reason")),
                op = text_of(effect.at("op"));
    if (state != "verified" && state != "done" && !reason.empty()) line(4, op + " " + state + ": " + reason);
    for (const json::Value& call : effect.at("calls").as_array()) {
      std::string how = text_of(call.at("state"));
      if (std::int64_t rule = number_of(call.at("rule"));
          rule != 0 && how != "APPLIED" && !(how == "adopted" && was_taken(call)))
        line(4, text_of(call.at("call")) + " " + settled_text(how, rule, false));
      if (std::int64_t sends = number_of(call.at("sends")); sends > 1)
        line(4, text_of(call.at("call")) + " was sent " + std::to_string(sends) + " times");
    }
  }

  void one_effect(const json::Value& effect) {
    std::string entry = text_of(effect.at("entry")), state = text_of(effect.at("state"));
    std::string text = text_of(effect.at("op")) + (entry == "cancelled" ? " (cancellation)" : "") + " at " +
                       text_of(effect.at("surface")) + "  " + toned(state);
    for (const char* name : {"instrument", "linked"})
      if (std::string value = text_of(effect.at(name)); !value.empty())
        text += ", " + std::string(name == std::string_view("linked") ? "customer " : "instrument ") + value;
    if (number_of(effect.at("version")) != 0) text += ", version " + text_of(effect.at("version"));
    line(4, text);
    if (std::string reason = text_of(effect.at("reason")); !reason.empty() && state != "verified") line(6, reason);
    if (std::string evidence = text_of(effect.at("evidence")); !evidence.empty()) line(6, "evidence: " + evidence);
    for (const json::Value& call : effect.at("calls").as_array()) one_call(call);
    std::string bodies = text_of(effect.at("bodies"));
    if (bodies == "sealed") line(6, "bodies are sealed: this process cannot open them");
    if (bodies == "dropped") line(6, "bodies are no longer kept");
  }

  void one_call(const json::Value& call) {
    std::string text = text_of(call.at("call")) + "  ", state = text_of(call.at("state"));
    std::int64_t rule = number_of(call.at("rule"));
    text +=
        rule == 0 ? toned(state) : settled_text(state, rule, was_taken(call)) + " (rule " + std::to_string(rule) + ")";
    std::int64_t revision = number_of(call.at("revision"));
    if (std::string key = text_of(call.at("key")); !key.empty()) text += "  key " + key;
    if (revision != 0) text += ", revision " + std::to_string(revision);
    line(6, text);
    if (std::string evidence = text_of(call.at("evidence")); !evidence.empty()) line(8, evidence);
    const json::Value& request = call.at("request");
    if (request.is_object())
      body(">", text_of(request.at("method")) + " " + text_of(request.at("target")), request.at("body"));
    for (const json::Value& attempt : call.at("attempts").as_array()) one_attempt(attempt);
    const json::Value& reply = call.at("reply");
    if (reply.is_object())
      body("<", reply.at("adopted").as_bool() ? "adopted" : text_of(reply.at("status")), reply.at("body"));
  }

  void one_attempt(const json::Value& attempt) {
    std::string text = text_of(attempt.at("sent_at")) + "  " + toned(text_of(attempt.at("outcome")));
    if (std::string code = text_of(attempt.at("code")); !code.empty()) text += " " + code;
    if (!attempt.at("elapsed_ms").is_null()) text += " in " + duration(number_of(attempt.at("elapsed_ms")));
    if (std::string error = text_of(attempt.at("error")); !error.empty()) {
      std::string code = text_of(attempt.at("code")) + ": ";
      text += ": " + (error.starts_with(code) ? error.substr(code.size()) : error);
    }
    line(8, text + "  (epoch " + text_of(attempt.at("epoch")) + ")");
  }

  /// One line of it, or with --bodies all.
  void body(const char* mark, const std::string& what, const json::Value& content) {
    std::string start = std::string(mark) + " " + what;
    if (content.is_null()) return line(8, start);
    std::string text = content.is_string() ? text_of(content) : identity::harmless(json::write(content));
    if (!bodies_) {
      std::size_t room = console_.width > 0 ? static_cast<std::size_t>(console_.width) - 8 : kBodyLine;
      out_ << std::string(8, ' ') << cut(start + "  " + text, room) << "\n";
      return;
    }
    line(8, start);
    std::string all = content.is_string() ? text + "\n" : identity::harmless(pretty(content), true);
    for (std::size_t at = 0; at < all.size();) {
      std::size_t end = all.find('\n', at);
      out_ << std::string(10, ' ') << all.substr(at, end - at) << "\n";
      at = end + 1;
    }
  }

  // ---- money, cases, what now ----

  void postings() {
    const json::Array& postings = trace_.at("postings").as_array();
    if (postings.empty()) return;
    title("Postings");
    Table table({{""}, {"", Table::Align::right}, {""}});
    for (const json::Value& one : postings)
      table.add({"row " + text_of(one.at("seq")), money(one.at("money")),
                 text_of(one.at("from")) + " -> " + text_of(one.at("to"))});
    table.print(out_, 0, 2);
  }

  void cases() {
    const json::Array& cases = trace_.at("cases").as_array();
    if (cases.empty()) return;
    title("Cases");
    for (const json::Value& one : cases) {
      std::string state = text_of(one.at("state"));
      std::string text = text_of(one.at("case")) + "  " + text_of(one.at("kind")) + ", opened " +
                         moment(one.at("opened_at")) + " for " + text_of(one.at("role")) + ": " +
                         text_of(one.at("reason"));
      if (state == "closed") text += "; closed " + moment(one.at("closed_at")) + ": " + text_of(one.at("closed_why"));
      out_ << "  " << wrapped(text, console_.width, 5) << "\n";
    }
  }

  void next() {
    const json::Array& next = trace_.at("next").as_array();
    if (next.empty()) return;
    title("Next");
    for (const json::Value& one : next) out_ << "  - " << wrapped(text_of(one), console_.width, 4) << "\n";
  }

  const json::Value& trace_;
  bool full_, bodies_;
  Console& console_;
  std::ostream& out_;
};

}  // namespace

int trace(const Options& options, Console& console) {
  if (options.what.empty())
    return fail(options, console,
                {"name a credit: a reference, a transaction, an instrument; see: handoff credits", kUsage, "usage"});
  auto hub = Hub::find(options, console);
  if (!hub) return fail(options, console, hub.error());
  auto offline = [&](journal::Reader& read, const crypto::Vault* vault) -> Outcome {
    auto found = serve::trace_view(read, vault, options.what, console.now_ms());
    if (!found) return std::unexpected(Failure{found.error().message, kCouldNot, found.error().code});
    return std::move(*found);
  };
  Outcome view = hub->view("/v1/trace/" + percent_encoded(options.what), offline, console);
  if (!view) return fail(options, console, view.error());
  if (options.json)
    console.out << pretty(*view);
  else
    Printer(*view, options, console).run();
  return kFine;
}

}  // namespace handoff::cli
