#include "till.hpp"

#include <Poco/JSON/Array.h>
#include <Poco/URI.h>

#include <algorithm>
#include <sstream>

namespace till {

namespace {

constexpr const char* kCredits = "/v1/register/credits";
constexpr const char* kCancellations = "/v1/register/cancellations";
constexpr std::string_view kCustomer = "customer: ";  // with this begins what is wrong with the identifiers
constexpr std::size_t kBatchBytes = 60'000;           // the hub takes 64 KiB
constexpr auto kNewsLimit = std::chrono::seconds(30);

constexpr const char* kHelp =
    "  25.00 EUR    give store credit; without a currency it is this register's own\n"
    "  again 1001   ask the customer of a receipt once more, and send it again\n"
    "  cancel 1001  take the credit of a receipt back\n"
    "  status 1001  how the credit of a receipt stands\n"
    "  news         what happened to this store's credits since you last asked\n"
    "  queue        what waits to be sent\n"
    "  upload       send it now\n"
    "  quit";

std::string written(const Poco::JSON::Object::Ptr& body) {
  std::ostringstream out;
  body->stringify(out);
  return out.str();
}

/// What a cashier types is an e-mail, a phone or a loyalty number; "phone 0171 ..." says so where it is not plain.
std::pair<std::string, std::string> identifier(const std::string& typed) {
  for (std::string kind : {"email", "phone", "loyalty"})
    if (typed.starts_with(kind + " ")) return {kind, typed.substr(kind.size() + 1)};
  auto digits = std::ranges::count_if(typed, [](unsigned char c) { return std::isdigit(c) != 0; });
  bool dialled = typed.find_first_not_of("+0123456789 ()-./") == std::string::npos && digits >= 7 && digits <= 15;
  return {typed.find('@') != std::string::npos ? "email" : dialled ? "phone" : "loyalty", typed};
}

std::string receipt(const Poco::JSON::Object::Ptr& body) {
  std::string amount = demo::text(body, "amount");
  return (amount.empty() ? "cancellation of " : amount + " " + demo::text(body, "currency") + ", ") + "receipt " +
         demo::text(body, "transaction");
}

/// Another register of the store has a receipt of the same number, and so had this one on another day.
std::string named(const Poco::Dynamic::Var& event) {
  std::string terminal = demo::text(event, "terminal"), date = demo::text(event, "business_date");
  return "receipt " + demo::text(event, "transaction") + (terminal.empty() ? "" : " of " + terminal) +
         (date.empty() ? "" : ", " + date);
}

bool is_unavailable(const demo::Reply& reply) {
  return reply.status == 0 || reply.status >= 500 || reply.status == 429;
}

bool not_taken(const demo::Reply& reply) { return reply.status == 401 || reply.status == 403; }

std::string no_supervisor(const Poco::JSON::Object::Ptr& body, const std::string& why) {
  return "The hub does not take the supervisor's token (" + why + "). With the right one: again " +
         demo::text(body, "transaction");
}

}  // namespace

void Till::run() {
  screen_.line("Register " + settings_.terminal + ", store " + settings_.store + ", " + settings_.date +
               ". Type an amount, or help.");
  if (memory_.seen().empty()) news();  // from here on
  if (!memory_.waiting().empty()) upload();
  while (std::optional<std::string> typed = screen_.ask(settings_.terminal + ">"))
    if (!typed->empty() && !obey(*typed)) return;
}

bool Till::obey(const std::string& line) {
  std::size_t space = std::min(line.find(' '), line.size());
  std::string word = line.substr(0, space), rest = space < line.size() ? line.substr(space + 1) : "";
  if (word == "quit") return false;
  bool of_a_receipt = word == "again" || word == "cancel" || word == "status";
  if (of_a_receipt && rest.empty())
    screen_.line("  Of which receipt? " + word + " 1001");
  else if (word == "again")
    again(rest);
  else if (word == "cancel")
    cancel(rest);
  else if (word == "status")
    status(rest);
  else if (word == "news")
    news();
  else if (word == "queue")
    queue();
  else if (word == "upload")
    upload();
  else if (std::isdigit(static_cast<unsigned char>(word[0])))
    give(line);
  else
    screen_.line(kHelp);
  return true;
}

void Till::give(const std::string& amount) {
  std::size_t space = amount.find(' ');
  Poco::JSON::Object::Ptr body = fresh();
  body->set("transaction", memory_.next_transaction()).set("business_date", settings_.date);
  body->set("store", settings_.store).set("terminal", settings_.terminal);
  if (!settings_.staff.empty()) body->set("staff", settings_.staff);
  body->set("amount", amount.substr(0, space));
  body->set("currency", space == std::string::npos ? settings_.currency : amount.substr(space + 1));
  body->set("customer", ask_customer("Customer (e-mail, phone or loyalty number; empty if none):"));
  deliver(kCredits, body, settings_.token);
}

/// N2: the same identity with other identifiers. It amends the credit and never makes a second one.
void Till::again(const std::string& transaction) {
  const Entry* entry = memory_.credit(transaction);
  if (!entry) return screen_.line("  This register made no receipt " + transaction + ".");
  Poco::JSON::Object::Ptr body = entry->body;
  body->set("customer", ask_customer("Customer:"));
  deliver(kCredits, body, settings_.token);
}

void Till::cancel(const std::string& transaction) {
  Poco::JSON::Object::Ptr body = fresh();
  body->set("transaction", transaction).set("business_date", settings_.date);
  if (const Entry* entry = memory_.credit(transaction)) body->set("business_date", entry->body->get("business_date"));
  body->set("store", settings_.store).set("terminal", settings_.terminal);
  deliver(kCancellations, body, settings_.token);
}

void Till::status(const std::string& transaction) {
  const Entry* entry = memory_.credit(transaction);
  if (!entry || entry->id.empty())
    return screen_.line(entry ? "  Not sent yet; it waits in the queue."
                              : "  This register made no receipt " + transaction + ".");
  demo::Reply reply = call("GET", std::string(kCredits) + "/" + entry->id);
  if (is_unavailable(reply))
    return screen_.say("NO ANSWER", receipt(entry->body), "The hub cannot be asked now; try again.");
  if (reply.status != 200)
    return screen_.say("NOT KNOWN", receipt(entry->body), demo::text(reply.json(), "error.message"));
  show(reply.json(), receipt(entry->body));
}

/// Kept first, sent then: whatever happens in between, it is sent again under the same identity.
void Till::deliver(const std::string& path, const Poco::JSON::Object::Ptr& body, const std::string& token) {
  memory_.keep(path, body);
  demo::Reply reply = call("POST", path, written(body), token);
  if (is_unavailable(reply))
    return screen_.say("NOT SENT", receipt(body),
                       "The hub cannot be reached. It is kept here and sent later. Give the customer the receipt.");
  if (reply.status >= 400 && reply.status != 422) return refused(path, body, reply, token);
  Poco::Dynamic::Var standing = reply.json();
  told(path, body, standing);
  if (std::vector<Entry> waiting = memory_.waiting(); !waiting.empty()) upload();  // it can be reached again
  if (path == kCredits)
    decide(body, standing);
  else if (demo::text(standing, "status") == "accepted")
    await_cancelled(body, demo::text(standing, "id"));
}

/// Until the value is gone it may be spent, and nothing is paid out. That takes a moment.
void Till::await_cancelled(const Poco::JSON::Object::Ptr& body, const std::string& id) {
  std::string patience = std::to_string(settings_.deadline.count() * 3 / 4) + "ms";
  demo::Reply reply = call("GET", std::string(kCredits) + "/" + id + "?wait=" + patience);
  if (reply.status == 200) show(reply.json(), receipt(body));
}

void Till::told(const std::string& path, const Poco::JSON::Object::Ptr& body, const Poco::Dynamic::Var& standing) {
  memory_.answered(path, demo::text(body, "transaction"), demo::text(standing, "id"), demo::text(standing, "status"));
  show(standing, receipt(body));
}

/// A wrong request stays wrong; a token that is not taken is nobody's fault at the counter, and nothing may be lost.
void Till::refused(const std::string& path, const Poco::JSON::Object::Ptr& body, const demo::Reply& reply,
                   const std::string& token) {
  std::string why = demo::text(reply.json(), "error.message");
  if (not_taken(reply) && token != settings_.token)
    return screen_.say("NOT SENT", receipt(body), no_supervisor(body, why));
  if (not_taken(reply))
    return screen_.say(
        "NOT SENT", receipt(body),
        "The hub does not take this register's token (" + why + "). The credit is kept here; call the help desk.");
  memory_.answered(path, demo::text(body, "transaction"), "", "refused");
  if (path == kCredits && why.starts_with(kCustomer)) return correct(body, why.substr(kCustomer.size()));
  screen_.say("REFUSED", receipt(body), (path == kCredits ? "Do not hand out this credit. " : "") + why);
}

/// Only what was typed for the customer is wrong, and they are still there. The credit goes out in any case.
void Till::correct(Poco::JSON::Object::Ptr body, const std::string& why) {
  screen_.say("NOT READ", receipt(body), why);
  body->set("customer", ask_customer("Customer (empty: leave it to the store):"));
  deliver(kCredits, body, settings_.token);
}

void Till::show(const Poco::Dynamic::Var& standing, const std::string& what) {
  std::string status = demo::text(standing, "status");
  if (demo::text(standing, "reason") == "cancelled") status = "cancelled";
  std::ranges::transform(status, status.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  screen_.say(status, what, demo::text(standing, "instruction"));
}

/// What the route or the store wants done while the customer still stands there.
void Till::decide(Poco::JSON::Object::Ptr body, const Poco::Dynamic::Var& standing) {
  std::string decision = demo::text(standing, "decision"), transaction = demo::text(body, "transaction");
  if (decision == "reenter_identifier") {
    Poco::JSON::Object::Ptr customer = ask_customer("Customer (empty: leave it to the store):");
    if (customer->size() == 0) return;
    body->set("customer", customer);
    deliver(kCredits, body, settings_.token);
  }
  if (decision == "supervisor") approve(demo::text(standing, "id"), demo::text(standing, "reason"), body);
}

/// The supervisor's own token, so that the hub's journal says who it was.
void Till::approve(const std::string& id, const std::string& reason, Poco::JSON::Object::Ptr body) {
  std::optional<std::string> token = screen_.ask_secret("Supervisor's token (empty: nobody is here):");
  if (!token || token->empty())
    return screen_.line("  It waits for a supervisor. Once one is here: again " + demo::text(body, "transaction"));
  if (reason != "approval") {
    body->set("customer", ask_customer("Customer:"));
    deliver(kCredits, body, *token);
    return;
  }
  demo::Reply reply = call("POST", std::string(kCredits) + "/" + id + "/approve", "{}", *token);
  if (is_unavailable(reply))
    return screen_.say("NO ANSWER", receipt(body), "Not approved as far as is known; try again.");
  std::string why = demo::text(reply.json(), "error.message");
  if (reply.status != 200)
    return screen_.say("REFUSED", receipt(body), not_taken(reply) ? no_supervisor(body, why) : why);
  told(kCredits, body, reply.json());
}

Poco::JSON::Object::Ptr Till::ask_customer(const std::string& prompt) {
  while (true) {
    Poco::JSON::Object::Ptr customer = fresh();
    std::string twice;
    std::istringstream typed(screen_.ask(prompt).value_or(""));
    for (std::string one; std::getline(typed, one, ',');) {
      std::size_t from = one.find_first_not_of(' ');
      if (from == std::string::npos) continue;
      auto [kind, value] = identifier(one.substr(from));
      if (customer->has(kind)) twice = kind;
      customer->set(kind, value);
    }
    if (twice.empty()) return customer;
    screen_.line("  That is two of " + twice + ": which of them is the customer's? Type one of a kind.");
  }
}

void Till::queue() {
  std::vector<Entry> waiting = memory_.waiting();
  if (waiting.empty()) return screen_.line("  Nothing waits to be sent.");
  for (const Entry& entry : waiting) screen_.say("NOT SENT", receipt(entry.body));
}

/// In the order in which it was made. What is not answered stays.
void Till::upload() {
  std::vector<Entry> credits;
  for (const Entry& entry : memory_.waiting()) {
    if (entry.path == kCredits)
      credits.push_back(entry);
    else {
      demo::Reply reply = call("POST", entry.path, written(entry.body));
      if (reply.status == 200)
        told(entry.path, entry.body, reply.json());
      else if (!is_unavailable(reply))
        refused(entry.path, entry.body, reply, settings_.token);
    }
  }
  if (!credits.empty()) upload_credits(credits);
}

void Till::upload_credits(const std::vector<Entry>& credits) {
  std::size_t next = 0;
  while (next < credits.size()) {
    std::size_t first = next;
    std::string body = R"({"credits":[)";
    while (next < credits.size() && (next == first || body.size() < kBatchBytes)) {
      body += (next == first ? "" : ",") + written(credits[next].body);
      ++next;
    }
    demo::Reply reply = call("POST", "/v1/register/batches", body + "]}");
    if (reply.status != 200)
      return screen_.say(
          "NOT SENT", std::to_string(credits.size() - first) + " of before wait",
          is_unavailable(reply) ? "The hub cannot be reached." : demo::text(reply.json(), "error.message"));
    auto results = reply.json().extract<Poco::JSON::Object::Ptr>()->getArray("results");
    for (std::size_t i = first; i < next; ++i) {
      Poco::Dynamic::Var result = results->get(static_cast<unsigned>(i - first));
      int http = std::stoi(demo::text(result, "http"));
      std::string transaction = demo::text(credits[i].body, "transaction"), status = demo::text(result, "status");
      if (!status.empty())
        told(kCredits, credits[i].body, result);
      else if (http == 403)
        screen_.say("NOT SENT", receipt(credits[i].body), demo::text(result, "problem"));
      else if (http == 400 || http == 409) {
        memory_.answered(kCredits, transaction, "", "refused");
        screen_.say("REFUSED", receipt(credits[i].body), demo::text(result, "problem"));
      }
    }
  }
}

void Till::news() {
  std::string after = memory_.seen();
  demo::Reply reply =
      demo::call("GET", settings_.hub + "/v1/register/events" + (after.empty() ? "" : "?after=" + after), "",
                 settings_.token, after.empty() ? settings_.deadline : kNewsLimit, settings_.ca);
  if (reply.status != 200) {
    if (!after.empty()) screen_.say("NO ANSWER", "The hub cannot be asked now; try again.");
    return;
  }
  std::istringstream lines(reply.body);
  bool any = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("id: ")) memory_.see(line.substr(4));
    if (!line.starts_with("data: ")) continue;
    demo::Reply event{200, line.substr(6)};
    show(event.json(), named(event.json()));
    any = true;
  }
  if (!any && !after.empty()) screen_.line("  Nothing new.");
}

demo::Reply Till::call(const std::string& method, const std::string& path, const std::string& body,
                       const std::string& token) {
  if (settings_.wire) screen_.line("> " + method + " " + path + (body.empty() ? "" : "\n> " + body));
  demo::Reply reply = demo::call(method, settings_.hub + path, body, token.empty() ? settings_.token : token,
                                 settings_.deadline, settings_.ca);
  if (settings_.wire)
    screen_.line(reply.status == 0 ? "< no answer in time" : "< " + std::to_string(reply.status) + "\n< " + reply.body);
  return reply;
}

}  // namespace till
