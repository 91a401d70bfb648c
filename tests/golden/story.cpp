#include "tests/golden/story.hpp"

#include <sys/stat.h>

#include <fstream>

#include "core/crypto/hash.hpp"
#include "core/model/http.hpp"
#include "core/model/identity.hpp"

namespace handoff::golden {

namespace {

constexpr const char* kTenant = "acme";

CreditKey key_of(const std::string& transaction) {
  CreditKey out;
  out.tenant = kTenant;
  out.source = "register";
  out.scope = "S014/R2";
  out.business_date = "2026-11-23";
  out.transaction = transaction;
  out.line = "1";
  return out;
}

std::string http_request(const std::string& method, const std::string& target, const std::string& body) {
  HttpRequest out;
  out.method = method;
  out.target = target;
  out.body = body;
  return json::write(encode(out));
}

}  // namespace

Story::Story(const std::string& path) {
  std::string master(32, 'k');
  std::ofstream(path + ".key", std::ios::binary) << master;
  chmod((path + ".key").c_str(), 0600);
  vault_.emplace(master, crypto::system_random);
  journal::StoreOptions options;
  options.path = path;
  store_ = std::move(*journal::Store::open(options));
  store_->set_epoch(1);
  journal::EpochStarted started;
  started.epoch = 1;
  started.version = "0.1.0";
  note(0, started);
}

void Story::tell() {
  complete();
  refused();
  nobody();
  under_way();
  cancelled();
  tokens();
  (void)store_->commit();
}

// ---- steps of a journey ----

std::int64_t Story::accept(const std::string& transaction, const Money& amount, const std::string& email) {
  journal::CreditAccepted event;
  event.credit = store_->next_credit();
  ids_[event.credit] = credit_id(key_of(transaction));
  refs_[event.credit] = credit_ref(ids_[event.credit]);
  amounts_[event.credit] = amount;
  event.ref = refs_[event.credit];
  event.source = "register";
  event.scope = "S014/R2";
  event.business_date = "2026-11-23";
  event.transaction = transaction;
  event.line = "1";
  event.amount = amount;
  event.balance_type = "refund";
  event.store = "S014";
  event.terminal = "R2";
  event.staff = "77";
  event.origin = "register";
  note(event.credit, event);
  keys_[event.credit] = vault_->new_data_key();
  json::Object personal;
  if (!email.empty()) personal.set("email", email).set("phone", "+15551234567");
  store_->put_personal(event.credit, keys_[event.credit],
                       vault_->seal(keys_[event.credit], "personal", json::write(json::Value(personal))));
  return event.credit;
}

void Story::resolve(std::int64_t credit, const std::string& hub) {
  journal::CustomerAdded added;
  added.customer = store_->next_customer();
  added.hub = hub;
  added.digests = {vault_->digest("email", "jo.doe@example.com")};
  note(0, added);
  customers_[credit] = added.customer;
  keys_[-added.customer] = vault_->new_data_key();
  store_->put_personal(-added.customer, keys_[-added.customer],
                       vault_->seal(keys_[-added.customer], "personal", R"({"email":"jo.doe@example.com"})"));
  journal::CreditResolved event;
  event.credit = credit;
  event.customer = added.customer;
  event.evidence = "email equal (rule 1) at cards";
  note(credit, event);
}

void Story::route(std::int64_t credit) {
  journal::CreditRouted event;
  event.credit = credit;
  event.route = "register-credit";
  event.why = "register-credit: credit.issued from register, balance type refund";
  auto hop = [&](const std::string& id, const std::string& connector, const std::string& surface, const std::string& op,
                 std::vector<std::string> after, std::int64_t sla_ms) {
    journal::HopPlan plan;
    plan.id = id;
    plan.connector = connector;
    plan.surface = connector + ":" + surface;
    plan.op = op;
    plan.after = std::move(after);
    plan.verify = true;
    plan.sla_ms = sla_ms;
    plan.balance_type = "general";
    event.hops.push_back(std::move(plan));
  };
  hop("cards.issue", "cards", "vouchers", "issue", {}, 0);
  hop("books.record", "books", "journal", "record", {"cards.issue"}, 300'000);
  hop("shop.mirror", "shop", "metafield", "mirror", {"cards.issue"}, 120'000);
  note(credit, event);
}

std::int64_t Story::plan(std::int64_t credit, const std::string& hop, const std::string& op, const std::string& input) {
  bool mirror = op == "mirror";
  journal::EffectPlanned event;
  event.effect = store_->next_effect();
  event.credit = mirror ? 0 : credit;
  event.customer = customers_[credit];
  event.subject =
      mirror ? "customer:" + store_->read().customer_hub(event.customer) : "text of credit " + refs_[credit];
  event.hop = mirror ? "mirror" : hop;
  event.connector = hop.substr(0, hop.find('.'));
  event.surface = event.connector + (mirror ? ":metafield" : event.connector == "books" ? ":journal" : ":vouchers");
  event.op = op;
  event.ordinal = mirror ? 1 : 0;
  event.version = mirror ? 1 : 0;
  if (!mirror) event.amount = amounts_[credit];
  event.entry = "issued";
  event.vault = vault_->id();
  note(mirror ? 0 : credit, event);
  effects_[event.effect] = event;
  seal(event.effect, -1, "args", R"({"now":0,"input":)" + input + "}");
  if (mirror) this->hop(credit, hop, "running", 0, event.version);
  return event.effect;
}

void Story::send(std::int64_t effect, std::int64_t call, const std::string& label, int attempt,
                 const std::string& request) {
  const journal::EffectPlanned& plan = effects_.at(effect);
  journal::AttemptSent event;
  event.effect = effect;
  event.call = call;
  event.label = label;
  event.attempt = attempt;
  event.key = call_key({kTenant, plan.subject, plan.surface, plan.op, 0, plan.ordinal}, label, 0);
  note(plan.credit, event);
  if (attempt == 1) seal(effect, call, "request", request);
}

void Story::end(std::int64_t effect, std::int64_t call, int attempt, const std::string& outcome,
                const std::string& code, const std::string& error, std::int64_t elapsed_us) {
  journal::AttemptEnded event;
  event.effect = effect;
  event.call = call;
  event.attempt = attempt;
  event.outcome = outcome;
  event.code = code;
  event.error = error;
  event.elapsed_us = elapsed_us;
  note(effects_.at(effect).credit, event);
}

void Story::reply(std::int64_t effect, std::int64_t call, const std::string& label, int status,
                  const std::string& body) {
  HttpReply http;
  http.status = status;
  http.body = body;
  json::Object out;
  out.set("kind", status == 0 ? 2 : 1).set("label", label).set("http", encode(http));
  seal(effect, call, "reply", json::write(json::Value(std::move(out))));
}

void Story::verified(std::int64_t effect, const std::string& instrument, const std::string& how) {
  const journal::EffectPlanned& plan = effects_.at(effect);
  journal::EffectApplied applied;
  applied.effect = effect;
  applied.instrument = instrument;
  if (plan.op == "issue") applied.moved = plan.amount;
  if (plan.op == "link") applied.customer = "cust_81";
  note(plan.credit, applied);
  journal::EffectVerified event;
  event.effect = effect;
  event.evidence = how;
  event.seen = plan.amount;
  note(plan.credit, event);
}

void Story::hop(std::int64_t credit, const std::string& id, const std::string& state, std::int64_t effect,
                std::int64_t version) {
  journal::HopMoved event;
  event.credit = credit;
  event.hop = id;
  event.state = state;
  event.effect = effect;
  event.version = version;
  note(credit, event);
}

void Story::move(std::int64_t credit, const std::string& state, const std::string& reason, bool active) {
  journal::CreditMoved event;
  event.credit = credit;
  event.state = state;
  event.reason = reason;
  event.active = active;
  note(credit, event);
}

void Story::open_case(std::int64_t credit, const std::string& kind, const std::string& reason,
                      const std::string& role) {
  journal::CaseOpened event;
  event.case_no = store_->next_case();
  event.credit = credit;
  event.kind = kind;
  event.reason = reason;
  event.role = role;
  event.deadline = now_ + 86'400'000;
  event.amount = amounts_[credit];
  note(credit, event);
}

void Story::seal(std::int64_t effect, std::int64_t call, const char* kind, const std::string& text) {
  const journal::EffectPlanned& plan = effects_.at(effect);
  std::int64_t owner = plan.credit != 0 ? plan.credit : -plan.customer;
  store_->put_body(effect, call, kind,
                   vault_->seal(keys_.at(owner), std::string(kind) + ":" + std::to_string(effect), text));
}

// ---- the fates ----

void Story::complete() {
  at(0);
  std::int64_t no = accept("1234", Money(2500, "USD"), "jo.doe@example.com");
  journal::RefAdded known;
  known.surface = "register";
  known.type = "receipt";
  known.id = "S014-R2-1234";
  known.credit = no;
  note(no, known);
  at(40);
  resolve(no, "cu_5kq2mzt6hw3d7nrya4bc");
  route(no);
  std::int64_t issue = plan(no, "cards.issue", "issue",
                            R"({"code":"k3n7qz2mw5xr6tbvy4hjc2adpe","amount":{"minor":2500,"currency":"USD"}})");
  send(issue, 0, "create-voucher", 1,
       http_request(
           "POST", "/v1/vouchers/k3n7qz2mw5xr6tbvy4hjc2adpe",
           R"({"type":"GIFT_VOUCHER","gift":{"amount":2500},"metadata":{"handoff_credit":")" + ref(no) + "\"}}"));
  at(10'040);
  end(issue, 0, 1, "UNKNOWN", "", "no answer within 10 s", 10'000'000);
  at(11'000);
  reply(issue, 0, "create-voucher", 0,
        R"({"instrument":"v_Jw9","amount":{"minor":2500,"currency":"USD"},"state":"active"})");
  journal::CallSettled settled;
  settled.effect = issue;
  settled.how = "adopted";
  settled.rule = 2;
  settled.evidence = "found v_Jw9, state active";
  note(no, settled);
  verified(issue, "v_Jw9", "read by code: v_Jw9, state active");
  std::int64_t link =
      plan(no, "cards.issue", "link",
           R"({"code":"k3n7qz2mw5xr6tbvy4hjc2adpe","customer":{"email":"jo.doe@example.com","name":"Jo Doe"}})");
  send(
      link, 1, "create-publication", 1,
      http_request(
          "POST", "/v1/publications",
          R"({"voucher":"k3n7qz2mw5xr6tbvy4hjc2adpe","customer":{"email":"jo.doe@example.com","name":"Jo Doe","phone":"+15551234567"}})"));
  reply(link, 0, "find-customer", 200, R"({"customers":[{"id":"cust_81","email":"jo.doe@example.com"}]})");
  at(11'350);
  end(link, 1, 1, "APPLIED", "200", "", 312'500);
  reply(link, 1, "create-publication", 200, R"({"result":"SUCCESS","customer_id":"cust_81","api_key":"sk_live_1"})");
  at(11'400);
  verified(link, "v_Jw9", "read by code: v_Jw9, state active");
  hop(no, "cards.issue", "done", issue);
  move(no, "available", "", true);
  std::int64_t record = plan(no, "books.record", "record", R"({"amount":{"minor":2500,"currency":"USD"}})");
  send(record, 0, "post-line", 1,
       http_request("POST", "/companies(1)/lines?name=Jo%20Doe",
                    "customer[email]=jo.doe%40example.com&amount=-25.00&note=gift+card+k3n7qz2mw5xr6tbvy4hjc2adpe"));
  at(11'900);
  end(record, 0, 1, "NOT_SENT", "429", "429: slow down", 20'000);
  at(13'900);
  send(record, 0, "post-line", 2, "");
  at(14'300);
  end(record, 0, 2, "APPLIED", "201", "", 400'000);
  reply(record, 0, "post-line", 201, R"({"id":"BE-1044"})");
  verified(record, "BE-1044", "read by reference: BE-1044, state active");
  hop(no, "books.record", "done", record);
  std::int64_t mirror = plan(no, "shop.mirror", "mirror", R"({"customer":{"email":"jo.doe@example.com"},"version":1})");
  send(mirror, 0, "set-metafield", 1,
       http_request(
           "POST", "/graphql.json",
           R"({"query":"mutation ...","variables":{"value":"{\"version\":1,\"email\":\"jo.doe@example.com\"}"}})"));
  at(24'300);
  end(mirror, 0, 1, "UNKNOWN", "", "no answer within 10 s", 10'000'000);
  settled.effect = mirror;
  settled.how = "resend";
  settled.rule = 1;
  settled.evidence = "same key, same bytes";
  note(no, settled);
  send(mirror, 0, "set-metafield", 2, "");
  at(190'000);
  end(mirror, 0, 2, "APPLIED", "200", "", 165'000'000);
  verified(mirror, "gid://shop/Metafield/7", "read by customer: gid://shop/Metafield/7, state active");
  hop(no, "shop.mirror", "done", mirror, 1);
  move(no, "complete", "", false);
}

void Story::refused() {
  at(600'000);
  std::int64_t no = accept("1240", Money(8000, "USD"), "al@example.com");
  resolve(no, "cu_zz2mzt6hw3d7nrya4bcq");
  route(no);
  std::int64_t issue = plan(no, "cards.issue", "issue", R"({"code":"zzzzqz2mw5xr6tbvy4hjc2adpe"})");
  send(issue, 0, "create-voucher", 1, http_request("POST", "/v1/vouchers", "{}"));
  at(600'350);
  end(issue, 0, 1, "APPLIED", "200", "", 340'000);
  verified(issue, "v_Kx2", "read by code: v_Kx2, state active");
  hop(no, "cards.issue", "done", issue);
  move(no, "available", "", true);
  std::int64_t record = plan(no, "books.record", "record", R"({"amount":{"minor":8000,"currency":"USD"}})");
  send(record, 0, "post-line", 1, http_request("POST", "/companies(1)/lines", R"({"customer":"al@example.com"})"));
  at(601'000);
  end(record, 0, 1, "REJECTED", "400/Customer_Blocked", "400/Customer_Blocked: al@example.com is blocked", 600'000);
  journal::EffectEnded ended;
  ended.effect = record;
  ended.state = "rejected";
  ended.reason = "400/Customer_Blocked: the customer is blocked";
  note(no, ended);
  hop(no, "books.record", "held", record);
  open_case(no, "vendor refused", "books.record: 400/Customer_Blocked: the customer is blocked", "ops");
  hop(no, "shop.mirror", "held", 0);
  open_case(no, "identity", "shop.mirror: shop does not know this customer", "ops");
  move(no, "held", "a hop is held", false);
}

void Story::nobody() {
  at(900'000);
  std::int64_t no = accept("1251", Money(1250, "USD"), "");
  move(no, "unresolved", "no_identifier", false);
  open_case(no, "identity", "no_identifier", "store");
}

void Story::mistyped() {
  at(960'000);
  std::int64_t no = accept("LOST1", Money(4400, "USD"), "maria@nowhere.example");
  move(no, "unresolved", "no_match", false);
  open_case(no, "identity", "no_match", "store");
  (void)store_->commit();
}

void Story::under_way() {
  at(2 * 86'400'000 - 1'200'000);
  std::int64_t no = accept("1302", Money(4999, "EUR"), "mia@example.com");
  resolve(no, "cu_aa2mzt6hw3d7nrya4bcq");
  route(no);
  std::int64_t issue = plan(no, "cards.issue", "issue", R"({"code":"aaaaqz2mw5xr6tbvy4hjc2adpe"})");
  send(issue, 0, "create-voucher", 1, http_request("POST", "/v1/vouchers", "{}"));
  at(2 * 86'400'000 - 1'199'500);
  end(issue, 0, 1, "APPLIED", "200", "", 480'000);
  verified(issue, "v_Ly3", "read by code: v_Ly3, state active");
  hop(no, "cards.issue", "done", issue);
  move(no, "available", "", true);
  std::int64_t record = plan(no, "books.record", "record", R"({"amount":{"minor":4999,"currency":"EUR"}})");
  send(record, 0, "post-line", 1, http_request("POST", "/companies(1)/lines", "{}"));
  at(2 * 86'400'000 - 1'169'500);
  end(record, 0, 1, "UNKNOWN", "503", "503: down for maintenance", 30'000'000);
}

void Story::cancelled() {
  at(2 * 86'400'000 - 600'000);
  std::int64_t no = accept("1310", Money(500, "USD"), "");
  journal::CreditClosed closed;
  closed.credit = no;
  closed.reason = "cancelled by the source";
  closed.left = Money(500, "USD");
  note(no, closed);
  journal::CancelArrivedFirst first;
  first.credit = store_->next_credit();
  ids_[first.credit] = credit_id(key_of("1311"));
  refs_[first.credit] = credit_ref(ids_[first.credit]);
  first.ref = refs_[first.credit];
  first.source = "register";
  first.scope = "S014/R2";
  first.business_date = "2026-11-23";
  first.transaction = "1311";
  first.line = "1";
  first.origin = "register";
  note(first.credit, first);
  journal::HintReceived hint;
  hint.hint = store_->next_hint();
  hint.connector = "registers";
  hint.id = "evt_1";
  hint.type = "refund.updated";
  hint.object = "R1";
  note(0, hint);
  journal::HintMoved parked;
  parked.hint = hint.hint;
  parked.state = "parked";
  parked.reason = "no such refund";
  note(0, parked);
}

void Story::tokens() {
  journal::TokenAdded till;
  till.hash = std::string(64, 'a');
  till.name = "register-S014";
  till.role = "register";
  till.store = "S014";
  note(0, till);
  journal::TokenAdded old = till;
  old.hash = std::string(64, 'b');
  old.name = "till-3";
  note(0, old);
  journal::TokenRevoked revoked;
  revoked.hash = old.hash;
  note(0, revoked);
}

}  // namespace handoff::golden
