// Voucherify: customers, publications, and every list.

#include <algorithm>
#include <tuple>

#include "listing.hpp"
#include "voucherify.hpp"
#include "voucherify_json.hpp"

namespace sandbox {

using voucherify::customer_json;
using voucherify::error;
using voucherify::not_found;
using voucherify::transaction_json;
using voucherify::voucher_json;

namespace {

struct Page {
  std::int64_t number = 1, limit = 10;
  std::size_t skip() const { return static_cast<std::size_t>((number - 1) * limit); }
};

std::optional<Page> read_page(const Request& request, std::int64_t page_max) {
  const auto number = bounded_param(request, "page", 1, 1, page_max);
  const auto limit = bounded_param(request, "limit", 10, 1, 100);
  if (!number || !limit) return std::nullopt;
  return Page{*number, *limit};
}

Response bad_page() {
  return error(400, "invalid_query_params", "Invalid query params", "page or limit is outside the allowed range");
}

Json list_of(std::string_view data_ref, Json rows, std::size_t total) {
  return Json::object(
      {{"object", "list"}, {"data_ref", data_ref}, {std::string(data_ref), std::move(rows)}, {"total", total}});
}

template <class Rows, class Write>
Json page_of(const Rows& rows, const Page& page, Write write) {
  Json out = Json::array();
  const std::size_t end = std::min(rows.size(), page.skip() + static_cast<std::size_t>(page.limit));
  for (std::size_t i = page.skip(); i < end; ++i) out.push(write(*rows[i]));
  return out;
}

void copy_text(const Json& body, std::string_view key, std::string& to) {
  if (body.has(key)) to = body[key].text();
}

std::int64_t changed_ms(const VoucherifyState::Voucher& voucher) {
  return voucher.updated_ms != 0 ? voucher.updated_ms : voucher.created_ms;
}

}  // namespace

VoucherifyState::Customer& Voucherify::upsert(State& state, const Json& body, IdMaker& ids) {
  std::string id(body["id"].text());
  if (const auto known = state.customer_by_source.find(body["source_id"].text());
      id.empty() && known != state.customer_by_source.end())
    id = known->second;
  const bool fresh = !state.customers.contains(id);
  if (fresh) id = "cust_" + ids.alphanumeric(24);
  State::Customer& customer = state.customers[id];
  const std::string old_email = customer.email;
  customer.id = id;
  copy_text(body, "source_id", customer.source_id);
  copy_text(body, "name", customer.name);
  copy_text(body, "email", customer.email);
  copy_text(body, "phone", customer.phone);
  copy_text(body, "description", customer.description);
  for (const auto& [key, value] : body["metadata"].members()) customer.metadata.set(key, value);
  (fresh ? customer.created_ms : customer.updated_ms) = clock_.now_ms();
  if (!customer.source_id.empty()) state.customer_by_source[customer.source_id] = id;
  if (customer.email != old_email || fresh) {
    const auto [begin, end] = state.customer_by_email.equal_range(old_email);
    const auto stale = std::find_if(begin, end, [&](const auto& entry) { return entry.second == id; });
    if (stale != end) state.customer_by_email.erase(stale);
    if (!customer.email.empty()) state.customer_by_email.emplace(customer.email, id);
  }
  return customer;
}

void Voucherify::add_customer(State& state, const Customer& customer) {
  IdMaker ids = ids_for(customer);
  upsert(state,
         Json::object({{"source_id", customer.loyalty_id},
                       {"name", customer.name},
                       {"email", customer.email},
                       {"phone", customer.phone},
                       {"metadata", Json::object({{"loyalty_id", customer.loyalty_id}})}}),
         ids);
}

Response Voucherify::upsert_customer(State& state, const Request& request) {
  const auto body = Json::parse(request.body);
  if (!body || !body->is_object())
    return error(400, "invalid_payload", "Invalid payload", "The body is not a JSON object");
  return Response::json(200, customer_json(upsert(state, *body, state.ids)));
}

Response Voucherify::get_customer(const State& state, std::string_view id) const {
  const auto by_source = state.customer_by_source.find(id);
  const auto found = state.customers.find(by_source == state.customer_by_source.end() ? id : by_source->second);
  if (found == state.customers.end()) return not_found("customer", id);
  return Response::json(200, customer_json(found->second));
}

Response Voucherify::list_customers(const State& state, const Request& request) const {
  const auto page = read_page(request, 99);
  if (!page) return bad_page();
  std::vector<const State::Customer*> rows;
  if (const auto email = request.param("email")) {
    const auto [begin, end] = state.customer_by_email.equal_range(*email);
    for (auto it = begin; it != end; ++it) rows.push_back(&state.customers.find(it->second)->second);
  } else {
    for (const auto& [id, customer] : state.customers) rows.push_back(&customer);
  }
  std::ranges::sort(rows, std::greater{}, [](const State::Customer* c) { return std::pair(c->created_ms, c->id); });
  return Response::json(200, list_of("customers", page_of(rows, *page, customer_json), rows.size()));
}

Response Voucherify::list_vouchers(const State& state, const Request& request) const {
  const auto page = read_page(request, 99);
  if (!page) return bad_page();
  const std::string order = request.param("order").value_or("-created_at");
  const auto after = request.param("updated_at[after]");
  const auto after_ms = after ? ms_from_iso(*after) : std::optional<std::int64_t>(0);
  const auto from = request.param("created_at[after]");
  const auto created_ms = from ? ms_from_iso(*from) : std::optional<std::int64_t>(0);
  const auto until = request.param("created_at[before]");
  const auto until_ms = until ? ms_from_iso(*until) : std::optional<std::int64_t>(INT64_MAX);
  if (!after_ms || !created_ms || !until_ms)
    return error(400, "invalid_query_params", "Invalid query params", "not a date");
  std::vector<const State::Voucher*> rows;
  for (const std::string& code : state.voucher_order) {
    const State::Voucher& voucher = state.vouchers.find(code)->second;
    const bool created = voucher.created_ms > *created_ms && voucher.created_ms < *until_ms;
    if (created && changed_ms(voucher) > *after_ms) rows.push_back(&voucher);
  }
  const bool descending = order.starts_with('-');
  const std::string key = descending ? order.substr(1) : order;
  if (key == "code") {
    std::ranges::sort(rows, {}, &State::Voucher::code);
  } else if (key == "updated_at") {
    std::ranges::sort(rows, {}, [](const State::Voucher* v) {
      return std::tuple(changed_ms(*v), v->created_ms, std::string_view(v->code));
    });
  } else if (key != "created_at") {
    return error(400, "invalid_query_params", "Invalid query params", "order is not known");
  }
  if (descending) std::ranges::reverse(rows);
  return Response::json(200, list_of("vouchers", page_of(rows, *page, voucher_json), rows.size()));
}

Response Voucherify::list_transactions(const Request& request, const State::Voucher& voucher) const {
  const auto limit = bounded_param(request, "limit", 10, 1, 100);
  if (!limit) return bad_page();
  std::vector<const State::Transaction*> rows;
  for (const State::Transaction& transaction : voucher.transactions) rows.push_back(&transaction);
  if (request.param("order").value_or("-id").starts_with('-')) std::ranges::reverse(rows);
  auto start = rows.begin();
  if (const auto after = request.param("starting_after_id")) {
    start = std::ranges::find(rows, *after, &State::Transaction::id);
    if (start == rows.end()) return not_found("transaction", *after);
    ++start;
  }
  const auto count = std::min<std::ptrdiff_t>(*limit, rows.end() - start);
  Json data = Json::array();
  for (auto it = start; it != start + count; ++it) data.push(transaction_json(voucher, **it));
  return Response::json(200, Json::object({{"object", "list"},
                                           {"data_ref", "data"},
                                           {"data", std::move(data)},
                                           {"has_more", start + count != rows.end()}}));
}

Response Voucherify::serve_publications(State& state, const Request& request) {
  if (request.segments.size() == 2 && request.method == "POST") return publish(state, request);
  if (request.segments.size() == 2 && request.method == "GET") return list_publications(state, request);
  return error(404, "resource_not_found", "Resource not found", request.path + " is not served");
}

Response Voucherify::publish(State& state, const Request& request) {
  const auto body = Json::parse(request.body);
  if (!body || !body->is_object())
    return error(400, "invalid_payload", "Invalid payload", "The body is not a JSON object");
  const std::string_view code =
      (*body)["voucher"].is_object() ? (*body)["voucher"]["code"].text() : (*body)["voucher"].text();
  const auto found = state.vouchers.find(code);
  if (found == state.vouchers.end()) return not_found("voucher", code);
  State::Voucher& voucher = found->second;
  const Json& who = (*body)["customer"];
  if (who["source_id"].text().empty() && who["id"].text().empty())
    return error(400, "missing_customer", "Missing customer", "customer needs an id or a source_id");
  State::Customer& customer = upsert(state, who, state.ids);
  if (voucher.publications > 0 && request.param("join_once") == "true" && voucher.holder_id == customer.id) {
    const auto before = std::ranges::find(state.publications, voucher.code, &State::Publication::voucher_code);
    return Response::json(200, publication_json(state, *before));
  }
  if (!voucher.active)
    return error(400, "voucher_disabled", "Voucher is disabled", "The voucher is not active", voucher.code, "voucher");
  if (voucher.publications > 0) {
    return error(400, "voucher_already_published", "Voucher cannot be published",
                 "The voucher has already been published", voucher.code, "voucher");
  }
  ++voucher.publications;
  voucher.holder_id = customer.id;
  voucher.updated_ms = clock_.now_ms();
  State::Publication publication{"pub_" + state.ids.alphanumeric(32),
                                 std::string((*body)["source_id"].text()),
                                 (*body)["channel"].text().empty() ? "API" : std::string((*body)["channel"].text()),
                                 customer.id,
                                 voucher.code,
                                 Json::object(),
                                 clock_.now_ms()};
  if ((*body)["metadata"].is_object()) publication.metadata = (*body)["metadata"];
  state.publications.push_back(std::move(publication));
  return Response::json(200, publication_json(state, state.publications.back()));
}

Response Voucherify::list_publications(const State& state, const Request& request) const {
  const auto page = read_page(request, 1000);
  if (!page) return bad_page();
  const auto voucher = request.param("voucher");
  const auto customer = request.param("customer");
  const auto source = request.param("source_id");
  const auto same = [](const std::optional<std::string>& wanted, const std::string& value) {
    return !wanted || *wanted == value;
  };
  std::vector<const State::Publication*> rows;
  for (const State::Publication& publication : state.publications) {
    if (same(voucher, publication.voucher_code) && same(customer, publication.customer_id) &&
        same(source, publication.source_id))
      rows.push_back(&publication);
  }
  std::ranges::reverse(rows);
  const auto write = [&](const State::Publication& publication) { return publication_json(state, publication); };
  return Response::json(200, list_of("publications", page_of(rows, *page, write), rows.size()));
}

Json Voucherify::publication_json(const State& state, const State::Publication& publication) const {
  const State::Customer& customer = state.customers.find(publication.customer_id)->second;
  const State::Voucher& voucher = state.vouchers.find(publication.voucher_code)->second;
  return Json::object({{"id", publication.id},
                       {"object", "publication"},
                       {"created_at", iso_from_ms(publication.created_ms)},
                       {"customer_id", customer.id},
                       {"tracking_id", Json::string_or_null(customer.source_id)},
                       {"metadata", publication.metadata},
                       {"channel", publication.channel},
                       {"source_id", Json::string_or_null(publication.source_id)},
                       {"result", "SUCCESS"},
                       {"customer", customer_json(customer)},
                       {"voucher", voucher_json(voucher)},
                       {"vouchers_id", Json::array({voucher.id})}});
}

}  // namespace sandbox
