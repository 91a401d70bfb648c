// Vendure with the store credit plugin, as a pool: each credit is one wallet under a code of ours, made for the
// customer.
//
// There is no idempotency key. The wallet's code is unique, so a second wallet cannot be made. What is put on it
// carries the effect's reference, and nobody else writes to that wallet under that text: so a look at its ledger tells
// whether it was done, and how often.

#include <handoff/sdk/connector.hpp>
#include <handoff/sdk/list.hpp>

#include "errors.hpp"
#include "mapping.hpp"

namespace handoff::vendure {

namespace {

// Every text below is checked against the running system (tests/live) and the published schema.
constexpr std::string_view kCheck =
    "query Check{activeChannel{code defaultCurrencyCode} customers(options:{take:1}){totalItems} "
    "giftCardWallets(options:{take:1}){totalItems}}";
constexpr std::string_view kFind =
    "query Find($o:CustomerListOptions){customers(options:$o){totalItems "
    "items{id emailAddress phoneNumber firstName lastName}}}";
constexpr std::string_view kCreate =
    "mutation Create($i:CreateWalletInput!){createWallet(input:$i){id code name balance currencyCode createdAt "
    "metadata}}";
constexpr std::string_view kAdjust =
    "mutation Adjust($i:AdjustBalanceForWalletInput!,$r:String!){adjustBalanceForWallet(input:$i){"
    "id code name balance currencyCode createdAt metadata "
    "adjustments(options:{take:100,filter:{description:{eq:$r}}}){totalItems items{amount description}}}}";
// Not by walletByCode: to a key without the right it says that there is none.
constexpr std::string_view kWallets =
    "query Wallets($o:WalletListOptions){giftCardWallets(options:$o){totalItems "
    "items{id code name balance currencyCode createdAt metadata}}}";
constexpr std::string_view kLedger =
    "query Ledger($id:ID!,$r:String!){wallet(id:$id){id code name balance currencyCode createdAt metadata "
    "adjustments(options:{take:100,filter:{description:{eq:$r}}}){totalItems items{amount description}}}}";
constexpr std::string_view kOwned =
    "query Owned($c:ID!,$o:WalletListOptions){customer(id:$c){id wallets(options:$o){totalItems items{id}}}}";
constexpr std::string_view kListCustomers =
    "query ListCustomers($o:CustomerListOptions){customers(options:$o){totalItems items{id "
    "wallets(options:{take:1000}){totalItems items{id code name balance currencyCode createdAt metadata}}}}}";

constexpr std::int64_t kPage = 100;

json::Value options(std::string_view field, std::string_view value) {
  json::Object eq;
  eq.set("eq", value);
  json::Object filter;
  filter.set(field, std::move(eq));
  json::Object out;
  out.set("take", kPage);
  out.set("filter", std::move(filter));
  return json::Value(std::move(out));
}

json::Value page_from(std::int64_t skip) {
  json::Object sort;
  sort.set("id", "ASC");
  json::Object out;
  out.set("skip", skip);
  out.set("take", kPage);
  out.set("sort", std::move(sort));
  return json::Value(std::move(out));
}

/// The rows of a list in an answer, and how many there are in all; ends the run if it is no list.
struct Page {
  Page() = default;
  json::Array items;
  std::int64_t total = 0;
};
Page page_of(const json::Value& list) {
  std::optional<std::int64_t> total = list.at("totalItems").as_integer();
  if (!list.at("items").array() || !total) throw Failure(Failed::unreadable, "the answer is no list");
  Page out;
  out.items = list.at("items").as_array();
  out.total = *total;
  return out;
}
/// All rows of a list that fits on one page.
json::Array rows_of(const json::Value& list) {
  Page out = page_of(list);
  if (out.total != static_cast<std::int64_t>(out.items.size()))
    throw Failure(Failed::unreadable, "the list goes on where one page must do");
  return out.items;
}

}  // namespace

class Vendure {
 public:
  explicit Vendure(const json::Value& settings)
      : path_(settings.at("api_path").as_string("/admin-api")),
        channel_(settings.at("channel_token").as_string()),
        currency_(settings.at("currency").as_string()) {
    if (!currency_exponent(currency_)) throw config_error("/currency", "'" + currency_ + "' is no ISO 4217 currency");
  }

  Task<CheckResult> check(Context& c, const CheckInput&) const {
    Request look = graphql(Retry::safe, "check", kCheck, json::Object());
    Reply reply = co_await c.send(look);
    json::Value body = reply.json();
    if (!readable(reply, body)) fail_read(reply, body);
    const json::Value& channel = body.at("data").at("activeChannel");
    std::string held(channel.at("defaultCurrencyCode").as_string());
    if (held.empty()) throw Failure(Failed::unreadable, "the answer is no channel");
    if (held != currency_) throw config_error("/currency", "the channel's wallets are held in " + held);
    CheckResult out;
    out.account = channel.at("code").as_string();
    co_return out;
  }

  Task<FindCustomerResult> find_customer(Context& c, const FindCustomerInput& in) const {
    const std::pair<const char*, const std::string*> ways[] = {{"emailAddress", &in.email}, {"phoneNumber", &in.phone}};
    FindCustomerResult out;
    for (const auto& [field, value] : ways) {
      if (value->empty()) continue;
      json::Object variables;
      variables.set("o", options(field, *value));
      std::string label = value == &in.email ? "find-by-email" : "find-by-phone";
      Request look = graphql(Retry::safe, std::move(label), kFind, std::move(variables));
      Reply reply = co_await c.send(look);
      json::Value body = reply.json();
      if (!readable(reply, body)) fail_read(reply, body);
      for (const json::Value& row : rows_of(body.at("data").at("customers"))) {
        std::optional<CustomerInfo> found = to_customer(row);
        if (!found) throw Failure(Failed::unreadable, "the list holds what is no customer");
        add_candidate(out, *found);
      }
    }
    co_return out;
  }

  Task<IssueResult> issue(Context& c, const IssueInput& in) const {
    const std::int64_t units = to_units(in.amount, currency_);
    if (!in.customer || in.customer->id.empty())
      throw Failure(Failed::rejected, "the shop has no account of this customer to make a wallet for");
    Task<std::string> creating = create(c, in);
    IssueResult out;
    out.instrument = co_await creating;

    json::Object variables;
    variables.set("i", adjustment_input(out.instrument, units, in.reference));
    variables.set("r", in.reference);
    Request adjust = graphql(Retry::unsafe, "adjust-balance", kAdjust, std::move(variables));
    Reply reply = co_await c.send(adjust);
    if (reply.adopted()) co_return out;
    json::Value body = reply.json();
    const json::Value& result = body.at("data").at("adjustBalanceForWallet");
    std::optional<Wallet> wallet = to_wallet(result);
    if (!readable(reply, body) || !wallet) refuse_write(c, reply, body, "adjustBalanceForWallet");
    std::optional<Entries> ours = to_entries(result.at("adjustments"), in.reference, result.at("currencyCode"));
    if (!ours || ours->count != 1 || wallet->id != out.instrument)
      c.unclear(reply, code_of(reply, body), "the wallet does not show exactly one such entry");
    Echoes echoes;
    echoes.amount = ours->sum;
    echoes.code = wallet->code;
    echoes.reference = in.reference;  // to_entries() compared it
    c.applied(reply, echoes);
    co_return out;
  }

  /// The wallet by our code, its ledger under our reference, and whose it is. Three questions, and whoever spends
  /// between them changes the balance only: that is of the second.
  Task<ReadResult> read(Context& c, const ReadInput& in) const {
    if (in.by != "code" || in.code.empty()) throw Failure(Failed::bug, "wallets are read by code, not by " + in.by);
    const std::string name = wallet_name(in.credit);
    json::Object by_name;
    by_name.set("o", options("name", name));
    Request look = graphql(Retry::safe, "find-wallet", kWallets, std::move(by_name));
    Reply reply = co_await c.send(look);
    json::Value body = reply.json();
    if (!readable(reply, body)) fail_read(reply, body);
    ReadResult out;
    out.complete = true;
    std::optional<Wallet> wallet = of_code(rows_of(body.at("data").at("giftCardWallets")), name, in.code);
    if (!wallet) co_return out;

    const std::string reference = in.reference.empty() ? wallet->reference : in.reference;
    json::Object variables;
    variables.set("id", wallet->id);
    variables.set("r", reference);
    Request ledger = graphql(Retry::safe, "read-ledger", kLedger, std::move(variables));
    Reply shown = co_await c.send(ledger);
    json::Value entries = shown.json();
    if (!readable(shown, entries)) fail_read(shown, entries);
    const json::Value& now = entries.at("data").at("wallet");
    std::optional<Wallet> standing = to_wallet(now);
    std::optional<Entries> ours = to_entries(now.at("adjustments"), reference, now.at("currencyCode"));
    if (!standing || standing->id != wallet->id || !ours)
      throw Failure(Failed::unreadable, "the answer is no wallet with its ledger");
    Sighting seen = to_sighting(*standing, *ours);
    if (in.customer && !in.customer->id.empty()) {
      Task<bool> owning = owns(c, in.customer->id, name, wallet->id);
      bool theirs = co_await owning;
      if (theirs) seen.customer = in.customer->id;
    }
    out.sightings.push_back(std::move(seen));
    co_return out;
  }

  /// First all wallets with a code, then those of every customer: which shows whose they are, and those made by hand
  /// without a code. The cursor: {"customers", "skip", "count", "short"}.
  Task<ListResult> list(Context& c, const ListInput& in) const {
    bool customers = in.cursor.at("customers").as_bool();
    std::int64_t skip = in.cursor.at("skip").as_integer().value_or(0);
    std::int64_t count = counted(in);
    bool short_of_it = in.cursor.at("short").as_bool();
    json::Object variables;
    variables.set("o", page_from(skip));
    Request look = graphql(Retry::safe, customers ? "list-customers" : "list-wallets",
                           customers ? kListCustomers : kWallets, std::move(variables));
    Reply reply = co_await c.send(look);
    json::Value body = reply.json();
    if (!readable(reply, body)) fail_read(reply, body);
    Page page = page_of(body.at("data").at(customers ? "customers" : "giftCardWallets"));
    for (const json::Value& row : page.items) {
      const json::Value& wallets = row.at("wallets");
      if (customers)
        short_of_it = short_of_it || page_of(wallets).total > static_cast<std::int64_t>(page_of(wallets).items.size());
      count += customers ? emit_all(c, page_of(wallets).items, row.at("id").as_string()) : emit_all(c, {row}, {});
    }
    skip += static_cast<std::int64_t>(page.items.size());
    bool more = skip < page.total && !page.items.empty();
    short_of_it = short_of_it || (skip < page.total && page.items.empty());  // what is deleted moves the pages
    if (more || !customers) {
      json::Object next;
      next.set("customers", customers || !more).set("skip", more ? skip : 0).set("short", short_of_it);
      co_return next_page(std::move(next), count);
    }
    co_return list_end(in, count, !short_of_it);
  }

 private:
  Request graphql(Retry retry, std::string label, std::string_view query, json::Object variables) const {
    json::Object body;
    body.set("query", query);
    body.set("variables", std::move(variables));
    Request request(retry, std::move(label), "POST", path_);
    if (!channel_.empty()) request.header("vendure-token", channel_);
    request.json(json::Value(std::move(body)));
    return request;
  }

  /// The id of the new, empty wallet. In another currency than the credit's it stays empty, and a person is told.
  Task<std::string> create(Context& c, const IssueInput& in) const {
    json::Object variables;
    variables.set("i", wallet_input(in));
    Request make = graphql(Retry::unsafe, "create-wallet", kCreate, std::move(variables));
    Reply reply = co_await c.send(make);
    std::string id, currency;
    if (reply.adopted()) {
      Sighting found = reply.sighting();
      id = found.instrument;
      if (found.amount) currency = found.amount->currency();
    } else {
      json::Value body = reply.json();
      std::optional<Wallet> made = to_wallet(body.at("data").at("createWallet"));
      if (!readable(reply, body) || !made) refuse_write(c, reply, body, "createWallet");
      Echoes echoes;
      echoes.code = made->code;
      c.applied(reply, echoes);
      id = made->id;
      currency = made->balance.currency();
    }
    if (currency != currency_)
      throw Failure(Failed::unsupported,
                    "the channel makes wallets in " + currency + ", not " + currency_ + "; the new one is empty");
    co_return id;
  }

  Task<bool> owns(Context& c, std::string customer, std::string name, std::string wallet) const {
    json::Object variables;
    variables.set("c", customer);
    variables.set("o", options("name", name));
    Request look = graphql(Retry::safe, "find-owner", kOwned, std::move(variables));
    Reply reply = co_await c.send(look);
    json::Value body = reply.json();
    if (!readable(reply, body)) fail_read(reply, body);
    const json::Value& found = body.at("data").at("customer");
    if (found.is_null()) co_return false;
    bool theirs = false;
    for (const json::Value& row : rows_of(found.at("wallets"))) theirs = theirs || row.at("id").as_string() == wallet;
    co_return theirs;
  }

  /// The one wallet with that code among those of that name; a reissue has the same name and another code.
  static std::optional<Wallet> of_code(const json::Array& rows, const std::string& name, const std::string& code) {
    std::optional<Wallet> out;
    for (const json::Value& row : rows) {
      std::optional<Wallet> wallet = to_wallet(row);
      if (!wallet) throw Failure(Failed::unreadable, "the list holds what is no wallet");
      if (!equal_ignoring_case(wallet->name, name))
        throw Failure(Failed::unreadable, "the wallets were not filtered by name");
      if (wallet->code == code) out = wallet;
    }
    return out;
  }

  static std::int64_t emit_all(Context& c, const json::Array& wallets, std::string_view customer) {
    for (const json::Value& row : wallets) {
      std::optional<Wallet> wallet = to_wallet(row);
      if (!wallet) throw Failure(Failed::unreadable, "the list holds what is no wallet");
      Sighting seen = listed(*wallet);
      seen.customer = customer;
      c.emit(seen);
    }
    return static_cast<std::int64_t>(wallets.size());
  }

  std::string path_, channel_, currency_;
};

}  // namespace handoff::vendure

using handoff::vendure::Vendure;
HANDOFF_CONNECTOR(Vendure, HANDOFF_OPERATION(Vendure, check, "check/1"),
                  HANDOFF_OPERATION(Vendure, find_customer, "find_customer/1"),
                  HANDOFF_OPERATION(Vendure, issue, "issue/1"), HANDOFF_OPERATION(Vendure, read, "read/1"),
                  HANDOFF_OPERATION(Vendure, list, "list/1"))
