// Decisions on cases. They move credits, so only the running hub takes them.

#include <array>
#include <functional>
#include <ostream>

#include "core/app/cli/commands.hpp"
#include "core/app/cli/hub.hpp"
#include "core/app/cli/words.hpp"
#include "core/crypto/hash.hpp"
#include "core/crypto/vault.hpp"

namespace handoff::cli {

namespace {

constexpr const char* kWhy = "say why: --reason TEXT; it is kept";

using Told = std::function<std::string(const json::Value& answer)>;

int order(const Options& options, Console& console, const std::string& path, const json::Value& body,
          const Told& told) {
  auto hub = Hub::find(options, console);
  if (!hub) return fail(options, console, hub.error());
  auto answer = hub->ask("POST", path, &body);
  if (!answer) return fail(options, console, answer.error());
  if (!*answer)
    return fail(options, console, Failure{"no hub answers at " + hub->admin_url() + "; start handoffd first"});
  if (options.json)
    console.out << pretty(**answer);
  else
    console.out << told(**answer) << "\n";
  return kFine;
}

int decide(const Options& options, Console& console, const std::string& word, const json::Value& body,
           const std::string& told) {
  std::string number = std::to_string(options.number);
  return order(options, console, "/v1/cases/" + number + "/" + word, body,
               [&](const json::Value&) { return "Case " + number + told; });
}

json::Object person(const Options& options) {
  json::Object who;
  who.set("email", options.email).set("phone", options.phone).set("loyalty", options.loyalty);
  return who;
}

int usage(const Options& options, Console& console, const std::string& what) {
  return fail(options, console, {what, kUsage, "usage"});
}

/// The first case of a trace that waits for a person; null: none.
const json::Value* open_case(const json::Value& trace) {
  for (const json::Value& one : trace.at("cases").as_array())
    if (text_of(one.at("state")) == "open") return &one;
  return nullptr;
}

/// The hub answers once it knows whether the credit goes on by itself, or after some seconds.
int say_given(const Options& options, Console& console, const json::Value& answer, const json::Value& trace,
              const std::string& key) {
  const std::string id = text_of(answer.at("id")), why = text_of(answer.at("reason"));
  const std::string state = text_of(trace.at("credit").at("state"));
  const json::Value* waits = open_case(trace);
  const bool dead = text_of(answer.at("status")) == "rejected" || why == "cancelling";
  const bool for_people = text_of(answer.at("status")) == "accepted" && !why.empty() && why != "pending";
  if (options.json) {
    console.out << pretty(answer);
  } else if (dead) {
    console.out << id << " is " << why << " (key " << key
                << "): it will not arrive. Give another under a key of its own; see: handoff trace " << id << "\n";
  } else if (why == "no_route") {
    console.out << id << " is held (key " << key << "): no route takes what is issued by hand, with balance type "
                << (options.balance_type.empty() ? "general" : options.balance_type)
                << ". Write \"manual\" into\nthe `from` of a route, check it with `handoff lint`, restart handoffd, "
                << "then: handoff case retry; see: handoff cases\n";
  } else if (waits != nullptr) {
    console.out << id << " is " << state << " (key " << key << "), case " << text_of(waits->at("case")) << ": "
                << text_of(waits->at("reason")) << "\n";
    for (const json::Value& next : trace.at("next").as_array()) console.out << "  " << text_of(next) << "\n";
  } else if (for_people) {
    console.out << id << " waits for a person (key " << key << "), " << why << ": " << text_of(answer.at("instruction"))
                << "\n";
  } else {
    console.out << id << " is on its way (key " << key << (state.empty() ? "" : ", now " + state)
                << "); see: handoff trace " << id << "\n";
  }
  return dead || for_people || waits != nullptr ? kFindings : kFine;
}

json::Value reason(const Options& options) { return json::Value(json::Object{{"reason", options.reason}}); }

}  // namespace

int case_link(const Options& options, Console& console) {
  if (options.email.empty() && options.phone.empty() && options.loyalty.empty() && options.candidate == 0)
    return usage(options, console, "say who the customer is: --email, --phone, --loyalty, or --candidate N");
  json::Object who = person(options);
  if (options.candidate != 0 && !(options.email.empty() && options.phone.empty() && options.loyalty.empty()))
    return usage(options, console,
                 "--candidate says who the customer is; leave out --email, --phone and --loyalty, or --candidate");
  if (options.candidate != 0) who.set("candidate", options.candidate);
  return decide(options, console, "link", json::Value(std::move(who)),
                options.candidate != 0
                    ? " is closed: the customer is that candidate, in your word. The credit goes on."
                    : ": the customer is looked for. It closes by itself when one is found; see: handoff cases");
}

int case_retry(const Options& options, Console& console) {
  return decide(options, console, "retry", json::Value(json::Object()),
                " is closed and its credit goes on. If the cause is still there, a new case opens; see: handoff cases");
}

int case_close(const Options& options, Console& console) {
  if (options.reason.empty()) return usage(options, console, kWhy);
  return decide(options, console, "close", reason(options), " is closed.");
}

int case_approve(const Options& options, Console& console) {
  return decide(options, console, "approve", json::Value(json::Object()), " is approved, in your name.");
}

int case_settle(const Options& options, Console& console) {
  if (options.happened == options.not_happened)
    return usage(options, console, "say which: --happened or --not-happened");
  if (options.not_happened && !options.instrument.empty())
    return usage(options, console, "--instrument belongs to --happened: what did not happen made nothing");
  if (options.reason.empty()) return usage(options, console, kWhy);
  std::string number = std::to_string(options.number);
  json::Object body;
  body.set("happened", options.happened).set("instrument", options.instrument).set("reason", options.reason);
  return order(options, console, "/v1/cases/" + number + "/settle", json::Value(std::move(body)),
               [&](const json::Value& answer) {
                 if (answer.at("waits_for_approval").as_bool())
                   return "Your word is kept. At this amount another person decides: handoff case approve " + number +
                          ", or handoff case refuse " + number + " --reason TEXT";
                 return "Case " + number + " is closed, in your word: " +
                        (options.happened ? "it happened. The credit goes on, and reads it back."
                                          : "it did not happen, and is sent again.");
               });
}

int case_refuse(const Options& options, Console& console) {
  if (options.reason.empty()) return usage(options, console, kWhy);
  return decide(options, console, "refuse", reason(options), " is refused; what waited for it is not done.");
}

int case_assign(const Options& options, Console& console) {
  json::Object body{{"to", options.to}, {"from", options.from}};
  return decide(options, console, "assign", json::Value(std::move(body)),
                options.to.empty() ? " is nobody's now." : " is " + options.to + "'s now.");
}

int case_note(const Options& options, Console& console) {
  if (options.note.empty()) return usage(options, console, "write what the next one should know; the note is empty");
  return decide(options, console, "note", json::Value(json::Object{{"text", options.note}}), ": noted, in your name.");
}

int credits_issue(const Options& options, Console& console) {
  std::size_t space = options.amount.find(' ');
  if (space == std::string::npos)
    return usage(options, console, "--amount " + options.amount + ": write it with its currency, \"25.00 USD\"");
  if (options.reason.empty()) return usage(options, console, kWhy);
  if (options.email.empty() && options.phone.empty() && options.loyalty.empty())
    return usage(options, console, "say whose it is: --email, --phone or --loyalty");
  auto hub = Hub::find(options, console);
  if (!hub) return fail(options, console, hub.error());
  if (auto wrong = hub->unreadable(options); !wrong.empty())
    return usage(options, console, "nothing was given: " + wrong.front());
  if (std::string unknown = hub->unknown_store(options.store); !unknown.empty())
    return usage(options, console,
                 unknown + (unknown.ends_with('?') ? "" : ".") + " If it is a shop, write it there first.");
  std::string key = options.key;
  if (key.empty()) {
    std::array<std::uint8_t, 10> bits{};
    crypto::system_random(bits.data(), bits.size());
    key = crypto::base32(crypto::bytes(bits));
  }
  json::Object body, customer = person(options);
  body.set("key", key).set("store", options.store).set("reason", options.reason);
  body.set("amount", options.amount.substr(0, space));
  body.set("currency", options.amount.substr(space + 1));
  if (!options.balance_type.empty()) body.set("balance_type", options.balance_type);
  if (!options.adopts.empty()) body.set("adopts", options.adopts);
  body.set("customer", std::move(customer));
  json::Value request(std::move(body));
  auto answer = hub->ask("POST", "/v1/credits", &request);
  if (!answer) {
    Failure failure = answer.error();
    if (failure.in_doubt) {  // a repeat without it would be another credit (N1)
      failure.key = key;
      failure.text += "; it may have been given: repeat it with --key " + key + ", which gives no second one";
    }
    return fail(options, console, failure);
  }
  if (!*answer)
    return fail(options, console, Failure{"no hub answers at " + hub->admin_url() + "; start handoffd first"});
  json::Value now;  // a supervisor may not look: then only the answer says what is to come
  if (auto trace = hub->ask("GET", "/v1/trace/" + percent_encoded(text_of((*answer)->at("id")))); trace && *trace)
    now = std::move(**trace);
  return say_given(options, console, **answer, now, key);
}

int credits_cancel(const Options& options, Console& console) {
  if (options.reason.empty()) return usage(options, console, kWhy);
  return order(options, console, "/v1/credits/" + options.what + "/cancel", reason(options),
               [&](const json::Value&) { return options.what + " is taken back; see: handoff trace " + options.what; });
}

int repair(const Options& options, Console& console) {
  const Options::Repair& asked = options.repair;
  auto wrong = [&](const char* what) { return usage(options, console, what); };
  bool one = !options.what.empty(), plan = !asked.plan.empty(), apply = !asked.apply.empty();
  if (one + plan + apply != 1) return wrong("name one credit, or --plan FILE --from DIR, or --apply FILE");
  if (plan == asked.from.empty()) return wrong("--plan FILE and --from DIR belong together");
  if (!plan && (!asked.approve_above.empty() || !asked.adopt.empty()))
    return wrong("--approve-above and --adopt belong to --plan");
  if (!apply && (!asked.decisions.empty() || asked.dry_run))
    return wrong("--decisions and --dry-run belong to --apply");
  if (plan) return repair_plan(options, console);
  if (apply) return repair_apply(options, console);
  if (options.reason.empty()) return wrong(kWhy);
  json::Object body = person(options);
  body.set("reason", options.reason);
  return order(
      options, console, "/v1/credits/" + options.what + "/repair", json::Value(std::move(body)),
      [&](const json::Value&) { return options.what + " is being repaired; see: handoff trace " + options.what; });
}

}  // namespace handoff::cli
