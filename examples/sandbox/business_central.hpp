#pragma once
// The ERP: customers, journals that are filled line by line and posted as a whole, and the general ledger.

#include <map>

#include "odata.hpp"
#include "vendor.hpp"

namespace sandbox {

struct BusinessCentralState {
  struct Customer {
    std::string id, number, name, email, phone;
    std::int64_t modified_ms = 0;
  };
  struct Line {
    std::string id, account_type, account, balancing_type, balancing_account;
    std::string posting_date, document, external_document, description, comment;
    std::int64_t number = 0, amount = 0, modified_ms = 0;
  };
  struct Journal {
    std::string id, code, name;
    std::int64_t modified_ms = 0;
    std::vector<Line> lines;
  };
  struct Entry {
    std::string id, posting_date, document, external_document, account, description;
    std::int64_t number = 0, amount = 0, modified_ms = 0;
  };

  IdMaker ids{19};
  std::vector<Customer> customers;
  std::multimap<std::string, std::size_t, std::less<>> customer_by_email;
  std::map<std::string, Journal, std::less<>> journals;
  std::vector<Entry> entries;  // oldest first, never changed
  std::multimap<std::string, std::size_t, std::less<>> entry_by_document;
};

class BusinessCentral : public StatefulVendor<BusinessCentralState> {
 public:
  using State = BusinessCentralState;
  explicit BusinessCentral(const Clock& clock) : StatefulVendor(clock) {}

  std::string_view name() const override { return "business_central"; }
  bool is_read(const Request& request) const override { return request.method == "GET"; }
  Response too_many_requests(const RateLimit& limit) const override;
  Response server_error() const override;
  /// expires_in_s: life of a new token. page_size: rows of a list before a next link. revoke_tokens: true ends them
  /// all.
  std::optional<std::string> configure(const Json& settings) override;

 protected:
  Response serve(State& state, const Request& request) override;
  Json ledger_of(const State& state) const override;
  void add_customer(State& state, const Customer& customer) override;

 private:
  Response issue_token(const Request& request);
  bool authorised(const Request& request) const;
  /// `rest` are the path segments after .../api/v2.0.
  Response route(State& state, const Request& request, std::span<const std::string> rest);
  Response route_company(State& state, const Request& request, std::span<const std::string> rest);
  Response route_journal(State& state, const Request& request, State::Journal& journal,
                         std::span<const std::string> rest);
  Response run_batch(State& state, const Request& request);

  Response create_journal(State& state, const Json& body);
  Response add_line(State& state, State::Journal& journal, const Json& body);
  Response delete_line(const Request& request, State::Journal& journal, std::string_view id);
  Response post_journal(State& state, State::Journal& journal);
  void post_line(State& state, const State::Line& line);

  Response list_accounts(const Request& request) const;
  Response list_customers(const State& state, const Request& request) const;
  Response list_entries(const State& state, const Request& request) const;
  Response list_of(const std::vector<Json>& rows, const Request& request, std::string_view entity) const;

  // Not part of State: a token is not a read that can be stale.
  mutable std::mutex tokens_mutex_;
  std::map<std::string, std::int64_t, std::less<>> tokens_;  // access token -> when it ends
  IdMaker token_ids_{std::random_device{}()};
  std::atomic<std::int64_t> expires_in_s_ = 3599;
  std::atomic<std::int64_t> page_size_ = 20'000;
};

namespace business_central {

inline constexpr std::string_view kCompanyId = "5a1d0b0c-0000-4000-8000-000000000001";

Response error(int status, std::string_view code, std::string_view message);
Json account_json(std::string_view number, std::string_view name, std::string_view category);
Json customer_json(const BusinessCentralState::Customer& customer);
Json journal_json(const BusinessCentralState::Journal& journal);
Json line_json(const BusinessCentralState::Journal& journal, const BusinessCentralState::Line& line);
Json entry_json(const BusinessCentralState::Entry& entry);

/// Reads the body of a new journal line into `line`; an error answer when the vendor would refuse it.
std::optional<Response> read_line(const Json& body, BusinessCentralState::Line& line);
/// Why the lines of a journal cannot be posted, or nothing.
std::optional<Response> posting_refusal(const BusinessCentralState::Journal& journal);
/// "journals(guid)" is {"journals", "guid"}; a segment without brackets has no key.
struct Keyed {
  std::string_view name, key;
};
Keyed split_key(std::string_view segment);

}  // namespace business_central
}  // namespace sandbox
