// Shopify as the storefront: one JSON metafield per customer shows the balances as the authority has them. As the platform:
// gift_cards.hpp.

#include <handoff/sdk/customers.hpp>
#include <handoff/sdk/list.hpp>

#include "card_mapping.hpp"
#include "errors.hpp"
#include "gift_cards.hpp"
#include "graphql.hpp"
#include "mapping.hpp"

namespace handoff::shopify {

namespace {

// Every text below is checked against the 2026-10 schema.
constexpr std::string_view kCheck =
    "query Check{shop{myshopifyDomain currencyCode} currentAppInstallation{accessScopes{handle}}}";
constexpr std::string_view kFind =
    "query Find($by:CustomerIdentifierInput!){customerByIdentifier(identifier:$by){id displayName "
    "defaultEmailAddress{emailAddress} defaultPhoneNumber{phoneNumber}}}";
constexpr std::string_view kFindLoyal =
    "query FindLoyal($by:CustomerIdentifierInput!,$namespace:String!,$key:String!){"
    "customerByIdentifier(identifier:$by){id displayName defaultEmailAddress{emailAddress} "
    "defaultPhoneNumber{phoneNumber} loyalty:metafield(namespace:$namespace,key:$key){value}}}";
constexpr std::string_view kGetCustomer =
    "query GetCustomer($id:ID!){customer(id:$id){id displayName updatedAt defaultEmailAddress{emailAddress} "
    "defaultPhoneNumber{phoneNumber}}}";
constexpr std::string_view kGetLoyal =
    "query GetLoyal($id:ID!,$namespace:String!,$key:String!){customer(id:$id){id displayName updatedAt "
    "defaultEmailAddress{emailAddress} defaultPhoneNumber{phoneNumber} "
    "loyalty:metafield(namespace:$namespace,key:$key){value}}}";
constexpr std::string_view kPullCustomers =
    "query PullCustomers($after:String,$changed:String){customers(first:100,after:$after,sortKey:ID,query:$changed){"
    "nodes{id displayName updatedAt defaultEmailAddress{emailAddress} defaultPhoneNumber{phoneNumber}} "
    "pageInfo{hasNextPage endCursor}}}";
constexpr std::string_view kPullLoyal =
    "query PullLoyal($after:String,$changed:String,$namespace:String!,$key:String!){customers(first:100,after:$after,"
    "sortKey:ID,query:$changed){nodes{id displayName updatedAt defaultEmailAddress{emailAddress} "
    "defaultPhoneNumber{phoneNumber} loyalty:metafield(namespace:$namespace,key:$key){value}} "
    "pageInfo{hasNextPage endCursor}}}";
constexpr std::string_view kGetMirror =
    "query GetMirror($id:ID!,$namespace:String!,$key:String!){customer(id:$id){id "
    "metafield(namespace:$namespace,key:$key){id value compareDigest}}}";
constexpr std::string_view kListMirrors =
    "query ListMirrors($after:String,$namespace:String!,$key:String!){customers(first:100,after:$after,sortKey:ID){"
    "nodes{id metafield(namespace:$namespace,key:$key){id value updatedAt}} pageInfo{hasNextPage endCursor}}}";
// An account for each currency, so ten are more than there are; with them 25 customers cost half of what one query may.
constexpr std::string_view kListAccounts =
    "query ListAccounts($after:String){customers(first:25,after:$after,sortKey:ID){nodes{id "
    "storeCreditAccounts(first:10){"
    "nodes{id balance{amount currencyCode}} pageInfo{hasNextPage}}} pageInfo{hasNextPage endCursor}}}";
// Not those that were sold: they are no store credit.
constexpr std::string_view kListCards =
    "query ListCards($after:String){giftCards(first:100,after:$after,sortKey:ID,query:\"source:manual OR "
    "source:api_client\"){nodes{id balance{amount currencyCode} initialValue{amount currencyCode} enabled expiresOn "
    "createdAt note customer{id}} pageInfo{hasNextPage endCursor}}}";
constexpr std::string_view kSetMirror =
    "mutation SetMirror($metafields:[MetafieldsSetInput!]!){metafieldsSet(metafields:$metafields){"
    "metafields{id value owner{...on Customer{id}}} userErrors{code field message}}}";

}  // namespace

class Shopify {
 public:
  explicit Shopify(const json::Value& settings)
      : namespace_(settings.at("namespace").as_string("handoff")),
        key_(settings.at("key").as_string("store_credit")),
        loyalty_namespace_(settings.at("loyalty_namespace").as_string()),
        loyalty_key_(settings.at("loyalty_key").as_string()),
        pools_(settings.at("pools").as_bool(true)),
        cards_(std::string(settings.at("gift_card_currency").as_string())) {
    if (loyalty_namespace_.empty() != loyalty_key_.empty())
      throw config_error(loyalty_key_.empty() ? "/loyalty_key" : "/loyalty_namespace",
                         "loyalty_namespace and loyalty_key go together: write both or none");
  }

  Task<CheckResult> check(Context& c, const CheckInput&) const {
    Request look = graphql(Retry::safe, "check", kCheck, json::Object());
    Reply reply = co_await c.send(look);
    json::Value body = reply.json();
    if (!readable(reply, body)) fail_read(reply, body);
    const json::Value& scopes = body.at("data").at("currentAppInstallation").at("accessScopes");
    need(scopes, "write_customers");
    if (pools_) need(scopes, "read_store_credit_accounts");
    if (pools_ || cards_.in_use()) need(scopes, "read_gift_cards");
    if (cards_.in_use()) need(scopes, "write_gift_cards");
    if (cards_.in_use()) cards_.check(body.at("data").at("shop"));
    CheckResult out;
    out.account = body.at("data").at("shop").at("myshopifyDomain").as_string();
    co_return out;
  }

  // By identifier and not by the customers query: that one goes through a search index and splits words.
  Task<FindCustomerResult> find_customer(Context& c, const FindCustomerInput& in) const {
    FindCustomerResult out;
    std::vector<Request> looks = find_requests(in);
    for (const Request& look : looks) {
      Reply reply = co_await c.send(look);
      json::Value body = reply.json();
      if (!readable(reply, body)) fail_read(reply, body);
      const json::Value& customer = body.at("data").at("customerByIdentifier");
      if (customer.is_null()) continue;
      std::optional<CustomerInfo> found = to_customer(customer);
      if (!found) throw Failure(Failed::unreadable, "the answer is no customer");
      add_candidate(out, *found);
    }
    co_return out;
  }

  /// Changed customers in the order of their ids, so that none is passed over while the list is read.
  Task<PullResult> pull_customers(Context& c, const PullInput& in) const {
    CustomerPull pull(c, in);
    json::Object variables;
    variables.set("after", pull.place());
    variables.set("changed", pull.begin().empty() ? json::Value() : json::Value("updated_at:>='" + pull.begin() + "'"));
    Request look = with_loyalty("list-customers", kPullCustomers, kPullLoyal, std::move(variables));
    Reply reply = co_await c.send(look);
    json::Value body = reply.json();
    if (!readable(reply, body)) fail_read(reply, body);
    const json::Value& page = body.at("data").at("customers");
    const json::Value& more = page.at("pageInfo").at("hasNextPage");
    if (!page.at("nodes").array() || !more.is_bool())
      throw Failure(Failed::unreadable, "the answer is no page of customers");
    for (const json::Value& customer : page.at("nodes").as_array()) {
      std::optional<CustomerInfo> shown = to_customer(customer);
      if (!shown) throw Failure(Failed::unreadable, "the page holds what is no customer");
      pull.saw(customer.at("updatedAt").as_string());
      c.emit(CustomerChange(*shown));
    }
    const json::Value& after = page.at("pageInfo").at("endCursor");
    if (more.as_bool() && after.as_string().empty())
      throw Failure(Failed::unreadable, "more customers follow, and it does not say where");
    co_return more.as_bool() ? pull.more(after) : pull.end();
  }

  /// Only what is told of customers; whatever else the app is subscribed to is taken and dropped.
  Task<InboundResult> inbound(Context& c, const InboundInput& in) const {
    std::string signature = in.header("x-shopify-hmac-sha256");
    if (signature.empty()) throw Failure(Failed::forged, "the notification is not signed");
    MacCheck mac("check-signature", "webhook_key", std::string(c.payload()), signature, HANDOFF_ENCODING_BASE64);
    Reply checked = co_await c.check(mac);
    if (checked.status() != 1) throw Failure(Failed::forged, "the signature is wrong");
    json::Parsed body = json::parse(c.payload());
    if (!body) throw Failure(Failed::unreadable, "the notification is not JSON");
    InboundResult out;
    Hint hint;
    hint.type = in.header("x-shopify-topic");
    if (!tells_of_customers(hint.type)) co_return out;
    hint.object = to_told(*body);
    // One thing that a merchant did may be told under several topics; whether each has an event id of its own is not
    // documented, and what is taken for a repeat is never read.
    hint.id = in.header("x-shopify-event-id");
    if (!hint.id.empty()) hint.id += ":" + hint.type + ":" + hint.object;
    if (!hint.whole()) throw Failure(Failed::unreadable, "the notification names no customer");
    c.emit(hint);
    co_return out;
  }

  /// Of a merge the object names the one that is to be gone and the one that is to be there. Each is what is read.
  Task<Nothing> fetch(Context& c, const FetchInput& in) const {
    if (!tells_of_customers(in.type)) throw Failure(Failed::bug, "'" + in.type + "' is no hint of this connector");
    std::size_t blank = in.object.find(' ');
    Task<CustomerChange> looking = look_at(c, "get-customer", in.object.substr(0, blank));
    CustomerChange change = co_await looking;
    if (change.gone && blank != std::string::npos) {
      Task<CustomerChange> other = look_at(c, "get-kept-customer", in.object.substr(blank + 1));
      CustomerChange kept = co_await other;
      if (!kept.gone) change.into = kept.record.id;
      c.emit(kept);
    }
    c.emit(change);
    co_return Nothing();
  }

  Task<IssueResult> issue(Context& c, const IssueInput& in) const { return cards_.issue(c, in); }
  Task<LinkResult> link(Context& c, const LinkInput& in) const { return cards_.link(c, in); }
  Task<VoidResult> void_credit(Context& c, const VoidInput& in) const { return cards_.void_credit(c, in); }

  /// Not beside gift cards of ours: an audit would take what the metafield shows for a second card of the same credit.
  Task<MirrorResult> mirror(Context& c, const MirrorInput& in) const {
    if (cards_.in_use())
      throw config_error("/gift_card_currency", "this is the platform; give the metafield a [connector] of its own");
    if (in.customer.id.empty())
      throw Failure(Failed::rejected, "the customer is not linked to an account in this shop");
    MirrorResult out;
    Request look = get_mirror(in.customer.id);
    Reply shown = co_await c.send(look);
    json::Value before = shown.json();
    if (!readable(shown, before)) fail_read(shown, before);
    const json::Value& customer = before.at("data").at("customer");
    if (customer.is_null()) throw Failure(Failed::not_found, "the shop no longer has this customer");
    if (customer.at("id").as_string() != in.customer.id)
      throw Failure(Failed::unreadable, "the answer is another customer");
    std::optional<Mirror> present = to_mirror(customer.at("metafield").at("value").as_string());
    if (present && present->version >= in.version) {
      out.version = present->version;
      co_return out;
    }

    std::string value = json::write(mirror_value(in));
    Request set = set_mirror(in.customer.id, value, customer.at("metafield").at("compareDigest"));
    Reply reply = co_await c.send(set);
    out.version = in.version;
    if (reply.adopted()) {
      out.version = reply.sighting().version;
      co_return out;
    }
    json::Value body = reply.json();
    const json::Value& result = body.at("data").at("metafieldsSet");
    bool clean = readable(reply, body) && result.at("userErrors").array() && result.at("userErrors").as_array().empty();
    if (!clean) refuse_write(c, reply, body, "metafieldsSet");
    const json::Value& stored = result.at("metafields").at(0);
    std::optional<Mirror> now = to_mirror(stored.at("value").as_string());
    if (!now || now != to_mirror(value)) c.unclear(reply, "200", "the metafield does not hold what was sent");
    Echoes echoes;
    echoes.version = std::to_string(now->version);
    echoes.customer = stored.at("owner").at("id").as_string();
    c.applied(reply, echoes);
    co_return out;
  }

  Task<ReadResult> read(Context& c, const ReadInput& in) const {
    return in.by == "customer" ? read_mirror(c, in) : cards_.read(c, in);
  }

  Task<ReadResult> read_mirror(Context& c, const ReadInput& in) const {
    if (!in.customer || in.customer->id.empty())
      throw Failure(Failed::bug, "a mirror is read by customer, and the customer's id is not given");
    Request look = get_mirror(in.customer->id);
    Reply reply = co_await c.send(look);
    json::Value body = reply.json();
    if (!readable(reply, body)) fail_read(reply, body);
    ReadResult out;
    out.complete = true;
    const json::Value& data = body.at("data");
    if (data.object()->find("customer") == nullptr)
      throw Failure(Failed::unreadable, "the answer says nothing of a customer");
    const json::Value& customer = data.at("customer");
    const json::Value& metafield = customer.at("metafield");
    if (metafield.is_null()) co_return out;
    if (customer.at("id").as_string() != in.customer->id)
      throw Failure(Failed::unreadable, "the answer is another customer");
    std::optional<Mirror> mirror = to_mirror(metafield.at("value").as_string());
    if (!mirror) throw Failure(Failed::unreadable, "the metafield is not in the form handoff writes");
    out.sightings = to_sightings(*mirror, metafield.at("id").as_string(), std::string(customer.at("id").as_string()));
    co_return out;
  }

  /// The mirrors, of a platform none; then the accounts and gift cards. Each in the order of their ids, so that new ones come
  /// last. The cursor: {"what", "after", "short", "count"}.
  Task<ListResult> list(Context& c, const ListInput& in) const {
    const std::string what(in.cursor.at("what").as_string(list_begin()));
    Request look = listing(what, in.cursor.at("after"));
    Reply reply = co_await c.send(look);
    json::Value body = reply.json();
    if (!readable(reply, body)) fail_read(reply, body);
    const json::Value& page = body.at("data").at(what == "cards" ? "giftCards" : "customers");
    const json::Value& more = page.at("pageInfo").at("hasNextPage");
    if (!page.at("nodes").array() || !more.is_bool())
      throw Failure(Failed::unreadable, "the answer is no page of the list");
    std::int64_t count = counted(in);
    bool short_of_it = in.cursor.at("short").as_bool();
    for (const json::Value& node : page.at("nodes").as_array()) {
      std::vector<Sighting> shown = shown_in(what, node, not_after(c.now_ms(), reply));
      for (const Sighting& seen : shown) c.emit(seen);
      count += static_cast<std::int64_t>(shown.size());
      short_of_it = short_of_it || node.at("storeCreditAccounts").at("pageInfo").at("hasNextPage").as_bool();
    }
    std::string_view then = list_after(what);
    if (!more.as_bool() && then.empty()) co_return list_end(in, count, !short_of_it);
    const json::Value after = more.as_bool() ? page.at("pageInfo").at("endCursor") : json::Value();
    if (more.as_bool() && after.as_string().empty())
      throw Failure(Failed::unreadable, "more follows, and it does not say where");
    json::Object next;
    next.set("what", more.as_bool() ? what : std::string(then)).set("after", after).set("short", short_of_it);
    co_return next_page(std::move(next), count);
  }

 private:
  static void need(const json::Value& scopes, std::string_view wanted) {
    for (const json::Value& scope : scopes.as_array())
      if (scope.at("handle").as_string() == wanted) return;
    throw Failure(Failed::auth, "the app lacks the scope " + std::string(wanted));
  }

  /// What is asked for a page of the list. `what`: "" (mirrors), "accounts", "cards".
  Request listing(std::string_view what, const json::Value& after) const {
    json::Object variables;
    variables.set("after", after);
    if (what == "cards") return graphql(Retry::safe, "list-gift-cards", kListCards, std::move(variables));
    if (what == "accounts") return graphql(Retry::safe, "list-accounts", kListAccounts, std::move(variables));
    variables.set("namespace", namespace_);
    variables.set("key", key_);
    return graphql(Retry::safe, "list-customers", kListMirrors, std::move(variables));
  }

  static std::vector<Sighting> shown_in(std::string_view what, const json::Value& node, std::int64_t now_ms) {
    if (what == "accounts") return accounts_of(node);
    if (what != "cards") return mirror_of(node);
    return card_in_list(to_card(node, now_ms));
  }

  /// Ours are told of whatever became of them. Of others' a dead one is worth nothing, and an empty one is left out.
  static std::vector<Sighting> card_in_list(Sighting card) {
    if (!card.reference.empty()) return {card};
    if (card.state == "void" && card.amount) {
      card.amount = Money(0, card.amount->currency());
      card.issued = card.removed = std::nullopt;
    } else if (is_empty(card)) {
      return {};
    }
    return {card};
  }

  std::string_view list_begin() const {
    if (!cards_.in_use()) return "";
    return pools_ ? "accounts" : "cards";
  }

  /// What comes after it in the list; empty at the end.
  std::string_view list_after(std::string_view what) const {
    if (what.empty() && pools_) return "accounts";
    return what == "accounts" ? "cards" : "";
  }

  static bool tells_of_customers(std::string_view topic) {
    return topic == "customers/create" || topic == "customers/update" || topic == "customers/delete" ||
           topic == "customers/merge";
  }

  /// The record, or that there is none. By value: a coroutine.
  Task<CustomerChange> look_at(Context& c, std::string label, std::string id) const {
    json::Object variables;
    variables.set("id", id);
    Request look = with_loyalty(std::move(label), kGetCustomer, kGetLoyal, std::move(variables));
    Reply reply = co_await c.send(look);
    json::Value body = reply.json();
    if (!readable(reply, body)) fail_read(reply, body);
    const json::Value& customer = body.at("data").at("customer");
    CustomerChange out;
    out.record.id = std::move(id);
    out.gone = customer.is_null();
    std::optional<CustomerInfo> shown = to_customer(customer);
    if (!out.gone && !shown) throw Failure(Failed::unreadable, "the answer is no customer");
    if (shown) out.record = *shown;
    co_return out;
  }

  Request with_loyalty(std::string label, std::string_view plain, std::string_view loyal,
                       json::Object variables) const {
    if (loyalty_key_.empty()) return graphql(Retry::safe, std::move(label), plain, std::move(variables));
    variables.set("namespace", loyalty_namespace_);
    variables.set("key", loyalty_key_);
    return graphql(Retry::safe, std::move(label), loyal, std::move(variables));
  }

  /// What a listed customer is shown; nothing if none of our metafields is there. One that we did not write is shown as it is.
  static std::vector<Sighting> mirror_of(const json::Value& customer) {
    std::string_view id = customer.at("id").as_string();
    if (id.empty()) throw Failure(Failed::unreadable, "the page holds what is no customer");
    const json::Value& metafield = customer.at("metafield");
    if (metafield.is_null()) return {};
    std::optional<Mirror> mirror = to_mirror(metafield.at("value").as_string());
    if (!mirror) {
      Sighting strange;
      strange.instrument = metafield.at("id").as_string();
      strange.customer = id;
      strange.state = "unknown";
      return {strange};
    }
    std::vector<Sighting> out = to_sightings(*mirror, metafield.at("id").as_string(), id);
    for (Sighting& seen : out) seen.made = metafield.at("updatedAt").as_string();
    return out;
  }

  Request get_mirror(const std::string& customer) const {
    json::Object variables;
    variables.set("id", customer);
    variables.set("namespace", namespace_);
    variables.set("key", key_);
    return graphql(Retry::safe, "get-metafield", kGetMirror, std::move(variables));
  }

  /// `digest` null: only if there is still no such metafield (schema: metafieldsSet). So it is always written.
  Request set_mirror(const std::string& customer, const std::string& value, const json::Value& digest) const {
    json::Object metafield;
    metafield.set("ownerId", customer);
    metafield.set("namespace", namespace_);
    metafield.set("key", key_);
    metafield.set("type", "json");
    metafield.set("value", value);
    metafield.set("compareDigest", digest);
    json::Array metafields;
    metafields.emplace_back(std::move(metafield));
    json::Object variables;
    variables.set("metafields", std::move(metafields));
    return graphql(Retry::unsafe, "set-metafield", kSetMirror, std::move(variables));
  }

  /// Whichever of them leads to a record, the loyalty id on it is read too: it may say that somebody else is meant.
  std::vector<Request> find_requests(const FindCustomerInput& in) const {
    std::vector<Request> out;
    auto add = [&](const char* label, const char* name, json::Value value) {
      json::Object by;
      by.set(name, std::move(value));
      json::Object variables;
      variables.set("by", std::move(by));
      out.push_back(with_loyalty(label, kFind, kFindLoyal, std::move(variables)));
    };
    if (!in.email.empty()) add("find-by-email", "emailAddress", in.email);
    if (!in.phone.empty()) add("find-by-phone", "phoneNumber", in.phone);
    if (!in.loyalty.empty() && !loyalty_key_.empty()) {
      json::Object custom;
      custom.set("namespace", loyalty_namespace_);
      custom.set("key", loyalty_key_);
      custom.set("value", in.loyalty);
      add("find-by-loyalty", "customId", json::Value(std::move(custom)));
    }
    return out;
  }

  std::string namespace_, key_, loyalty_namespace_, loyalty_key_;
  bool pools_ = true;
  GiftCards cards_;
};

}  // namespace handoff::shopify

using handoff::shopify::Shopify;
HANDOFF_CONNECTOR(Shopify, HANDOFF_OPERATION(Shopify, check, "check/1"),
                  HANDOFF_OPERATION(Shopify, inbound, "inbound/1"), HANDOFF_OPERATION(Shopify, fetch, "fetch/1"),
                  HANDOFF_OPERATION(Shopify, pull_customers, "pull_customers/1"),
                  HANDOFF_OPERATION(Shopify, find_customer, "find_customer/1"),
                  HANDOFF_OPERATION(Shopify, issue, "issue/1"), HANDOFF_OPERATION(Shopify, link, "link/1"),
                  HANDOFF_OPERATION(Shopify, void_credit, "void/1"), HANDOFF_OPERATION(Shopify, mirror, "mirror/1"),
                  HANDOFF_OPERATION(Shopify, read, "read/1"), HANDOFF_OPERATION(Shopify, list, "list/1"))
