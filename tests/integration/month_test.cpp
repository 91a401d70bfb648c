// The generated month, from what its exports say to a repaired backlog: audit, plan, an apply that is killed, and what the
// vendors' own ledgers hold afterwards (docs/guides/repair-plan.md).
//
// Who had what. Registers sent the hub every credit of the month that is whole, that nobody named a customer for (F1: the hub
// holds it), whose link is wrong (F3) or that the shop does not show (F2); what went wrong with these was done to the ledgers
// afterwards. All other failures, those of books, mappings, amounts, voids and redemptions, went past the hub, as before there
// was one: the ledgers hold the rows of the month's exports as they are. What no system has never left its register, and what
// people typed in stands in the books or at the platform alone.

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <set>
#include <thread>

#include "tests/integration/journey.hpp"
#include "tests/integration/made_month.hpp"
#include "tests/integration/money_text.hpp"

namespace handoff::integration {

namespace json = boost::json;

class MonthRepaired : public Journey {
 protected:
  static constexpr int kWhole = 100, kPlanted = 5;

  /// MONTH_SEED makes it another month.
  static std::uint64_t seed() {
    const char* said = std::getenv("MONTH_SEED");
    return said == nullptr ? 11 : std::strtoull(said, nullptr, 10);
  }
  MonthRepaired() : month_(made_month(seed(), folder(), kWhole, kPlanted)) {
    config_.limits = "requests_per_minute = 60000";  // the sheets' own pacing would take minutes
    config_.extra = "[repair]\npolicy = \"reissue\"\n";
  }

  static bool at_hub(const MadeCredit& credit) {
    return credit.cause.empty() || credit.cause == "F1" || credit.cause == "F2" || credit.cause == "F3";
  }
  /// What the hub can put right by what it knows, or by what somebody found out.
  static bool can_be_closed(const MadeCredit& credit) {
    bool in_the_books_alone = credit.cause == "F5" && credit.cards.empty();
    return !credit.cause.empty() && (at_hub(credit) || in_the_books_alone);
  }
  /// Whose it is. Of what nobody named a customer for somebody finds it out.
  static std::string owner(const MadeCredit& credit) {
    return credit.email.empty() ? lower(credit.reference) + "@example.com" : credit.email;
  }
  static std::string lower(std::string text) {
    for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return text;
  }
  std::string path(const std::string& name) const { return folder() + "/" + name; }

  void SetUp() override {
    std::string port = support::free_port();  // of what the platform tells of redemptions
    config_.inbound_port = port;
    start();
    sandbox_.post("/webhook", R"({"vendor":"voucherify","url":"http://127.0.0.1:)" + port + R"(/in/cards"})");
    vendors_ = std::make_unique<Vendors>(sandbox_);
    std::vector<std::string> people = {"someone.else@example.com"};
    for (const MadeCredit& credit : month_) {
      people.push_back(owner(credit));
      for (const MadeRow& row : credit.cards)
        if (!row.email.empty() && row.email != credit.email) people.push_back(row.email);
    }
    std::ranges::sort(people);
    people.erase(std::ranges::unique(people).begin(), people.end());
    vendors_->know(people);
    through_the_hub();
    for (const MadeCredit& credit : month_)
      if (!at_hub(credit)) vendors_->put(credit);
  }

  std::string receipt_of(const MadeCredit& credit) const {
    return R"({"transaction":")" + credit.receipt + R"(","business_date":")" + credit.day + R"(","store":")" +
           credit.store + R"(","terminal":")" + credit.terminal + "\"";
  }

  void through_the_hub() {
    for (MadeCredit& credit : month_) {
      if (!at_hub(credit)) continue;
      Answer answer =
          submit(receipt_of(credit) + R"(,"amount":")" + crash::money_text(credit.minor) + R"(","currency":"USD")" +
                 (credit.cause == "F1" ? "" : R"(,"customer":{"email":")" + credit.email + "\"}") + "}");
      credit.ref = std::string(json::parse(answer.body).at("id").as_string());
    }
    ASSERT_TRUE(eventually([&] { return in_state("complete") + in_state("unresolved") == of_hub(); })) << told();
    for (const MadeCredit& credit : month_) {
      if (!at_hub(credit)) continue;
      if (std::int64_t spent = MadeCredit::sum(credit.cards, "REDEEM"); spent > 0)
        vendors_->redeem(vendors_->code_of(credit.ref), spent);
      if (credit.voided && credit.cause.empty())
        support::HttpClient(hub_->registers())
            .post("/v1/register/cancellations", receipt_of(credit) + "}", hub_->authorization());
    }
    ASSERT_TRUE(eventually([&] { return wrong_in_the_ledgers({}).empty(); })) << wrong_in_the_ledgers({});
    for (const MadeCredit& credit : month_) {
      if (credit.cause == "F3") vendors_->assign(vendors_->code_of(credit.ref), "someone.else@example.com");
      if (credit.cause == "F2" || credit.cause == "F3") vendors_->show(credit.email, "", "");
    }
  }

  std::int64_t of_hub() const { return std::ranges::count_if(month_, at_hub); }
  std::int64_t in_state(const std::string& state) {
    const json::value view = hub_->ask("/v1/status");
    const json::value* number = view.at("credits").at("by_state").as_object().if_contains(state);
    return number == nullptr ? 0 : number->as_int64();
  }
  std::string told() { return json::serialize(hub_->ask("/v1/status").at("credits")); }

  /// Each credit that the hub is to have whole stands once in every ledger, with what is left of it; the others are as they were
  /// put there; nothing else is anywhere. `adopted`: by amount, what the hub issued for entries of the books.
  std::string wrong_in_the_ledgers(std::multiset<std::int64_t> adopted, bool repaired = false) {
    std::map<std::string, Worth> all = worth(sandbox_);
    std::string out;
    auto expect = [&](const std::string& which, const Worth& wanted) {
      Worth is = all[lower(which)];
      all.erase(lower(which));
      if (!(is == wanted)) out += which + " is " + text_of(is) + ", not " + text_of(wanted) + "\n";
    };
    for (const MadeCredit& credit : month_) {
      if (!at_hub(credit)) continue;
      std::int64_t spent = MadeCredit::sum(credit.cards, "REDEEM"), left = credit.minor - spent;
      bool nowhere = (credit.voided && credit.cause.empty()) || (credit.cause == "F1" && !repaired);
      Worth whole{1, credit.minor, left, credit.minor, credit.minor, left, 1};
      if (left == 0) whole.shown = all[lower(credit.ref)].shown;  // as nothing, or not at all
      expect(credit.ref, nowhere ? Worth{} : whole);
    }
    for (const auto& [reference, as_put] : past_) expect(reference, as_put);
    for (auto it = all.begin(); it != all.end();) {
      auto of = adopted.find(it->second.cards);
      bool once = of != adopted.end() && it->second == Worth{1, *of, *of, *of, *of, *of, 1};
      if (once) adopted.erase(of);
      it = once || it->second == Worth{} ? all.erase(it) : std::next(it);
    }
    if (repaired)
      for (const auto& [which, is] : all) out += which + ", which nobody was promised, is " + text_of(is) + "\n";
    for (std::int64_t minor : adopted) out += crash::money_text(minor) + " were to be adopted\n";
    return out;
  }

  /// What the registers' export says: the hub's id where a register was told one.
  void write_exports() {
    std::string pos = "reference,transaction,business_date,store,terminal,created_at,type,amount,currency,email\n";
    for (const MadeCredit& credit : month_) {
      if (credit.issued_at.empty()) continue;
      std::string email = credit.cause == "F1" ? "" : credit.email;
      for (const char* type : {"issue", "void"})
        if (type[0] == 'i' || credit.voided)
          pos += credit.known_as() + "," + credit.receipt + "," + credit.day + "," + credit.store + "," +
                 credit.terminal + "," + credit.issued_at + "," + type + "," + crash::money_text(credit.minor) +
                 ",USD," + email + "\n";
    }
    support::write_file(path("pos.csv"), pos);
    export_ledgers(sandbox_, folder());
  }

  /// The hub's credits that no register sent.
  std::set<std::string> by_hand() {
    std::set<std::string> out;
    const json::value hub = hub_->ask("/v1/credits?limit=1000");
    for (const json::value& one : hub.at("credits").as_array()) out.insert(std::string(one.at("ref").as_string()));
    for (const MadeCredit& credit : month_) out.erase(credit.ref);
    return out;
  }

  /// References of which the audit finds something.
  std::set<std::string> audit(const std::string& out) {
    write_exports();
    std::string words = "audit --as-of 2026-11-30 --sla 24h --memory 16M --work " + folder() + " -o " + path(out);
    for (const char* side : {"pos", "platform", "payments", "erp", "storefront"})
      words += std::string(" --") + side + " " + path(std::string(side) + ".csv");
    said_ = offline(words, code_);
    std::set<std::string> found;
    const json::value read = json::parse(support::read_file(path(out + "/findings.json")));
    for (const json::value& one : read.at("findings").as_array())
      found.insert(lower(std::string(one.at("reference").as_string())));
    return found;
  }
  json::value plan(const std::string& out) {
    said_ = handoff("repair --from " + path(out) + " --plan " + path(out + ".json") + " --adopt '500.00 USD'", code_);
    return json::parse(support::read_file(path(out + ".json")));
  }
  std::string apply_words() const { return "--apply " + path("before.json") + " --decisions " + path("before.csv"); }

  /// What people write into the plan's CSV: whose it is, where the plan asks.
  void decide() {
    std::string csv = support::read_file(path("before.csv"));
    for (const MadeCredit& credit : month_) {
      if (!can_be_closed(credit) || (credit.cause != "F1" && credit.cause != "F5")) continue;
      std::size_t at = csv.rfind('\n', csv.find("," + credit.known_as() + ",")) + 1, from = csv.find(',', at) + 1,
                  to = csv.find(",,,", from);
      ASSERT_NE(to, std::string::npos) << csv;
      csv.replace(from, to + 2 - from, "do," + owner(credit) + ",");
    }
    support::write_file(path("before.csv"), csv);
  }

  support::Process::Options apply_alone() const {
    support::Process::Options out;
    out.arguments = {HANDOFF,       "repair",           "--apply",      path("before.json"),
                     "--decisions", path("before.csv"), "-c",           path("handoff.toml"),
                     "--admin",     hub_->admin(),      "--token-file", path("handoff.db.admin-token")};
    return out;
  }
  /// Each run ends a little later than the one before, and among them the hub does.
  void apply_and_kill(int rounds) {
    std::int64_t all = 0;  // bytes that a look at every credit moves
    support::Process::Options look = apply_alone();
    look.arguments.emplace_back("--dry-run");
    for (support::Process looking(look); looking.running();)
      all = std::max(all, support::bytes_moved(looking.pid()).value_or(0));
    for (int round = 1; round <= rounds; ++round) {
      support::Process command(apply_alone());
      while (command.running() && support::bytes_moved(command.pid()).value_or(0) < all * round / (rounds + 1))
        std::this_thread::yield();
      killed_ += command.running() ? 1 : 0;
      command.signal(SIGKILL);
      command.wait(std::chrono::seconds(10));
      if (round != rounds / 2) continue;
      hub_->process().kill();
      start();
    }
  }

  std::vector<MadeCredit> month_;
  std::unique_ptr<Vendors> vendors_;
  std::map<std::string, Worth> past_;  // as it was put there, by reference
  std::string said_;
  int code_ = 0, killed_ = 0;
};

TEST_F(MonthRepaired, ClosesAllThatCanBeNamesTheRestAndDoublesNothingThoughItIsKilled) {
  std::set<std::string> planted, closed;
  std::multiset<std::int64_t> adopted;
  std::map<std::string, int> kinds;
  for (const MadeCredit& credit : month_) {
    if (credit.cause.empty()) continue;
    planted.insert(lower(credit.known_as()));
    ++kinds[credit.kind + " " + credit.cause];
    if (can_be_closed(credit)) closed.insert(lower(credit.known_as()));
    if (can_be_closed(credit) && credit.cause == "F5") adopted.insert(credit.books.front().minor);
    if (!at_hub(credit)) past_[credit.reference] = worth(sandbox_)[lower(credit.reference)];
  }
  EXPECT_GE(kinds.size(), 10u);
  EXPECT_EQ(audit("before"), planted) << said_;

  json::value before = plan("before");
  std::set<std::string> by_hub;
  for (const json::value& one : before.at("actions").as_array()) {
    if (one.at("by").as_string() == "hub") by_hub.insert(lower(std::string(one.at("reference").as_string())));
    EXPECT_FALSE(one.at("why").as_string().empty()) << one;
  }
  EXPECT_EQ(by_hub, closed) << json::serialize(before);

  for (const MadeCredit& credit : month_)
    if (can_be_closed(credit) && credit.cause == "F5") {  // what the plan's steps ask of the books first
      vendors_->book(credit.reference, credit.books.front().minor);
      past_[credit.reference] = {};
    }
  decide();
  apply_and_kill(6);
  EXPECT_GE(killed_, 3) << "the kills came too late";
  std::string wanted = std::to_string(closed.size()) + " done, " +
                       std::to_string(before.at("actions").as_array().size() - closed.size()) + " left";
  EXPECT_TRUE(eventually([&] {
    return (said_ = handoff("repair " + apply_words(), code_)).find(wanted) != std::string::npos;
  })) << wanted
      << "\n"
      << said_;
  EXPECT_TRUE(eventually([&] { return wrong_in_the_ledgers(adopted, true).empty(); }))
      << wrong_in_the_ledgers(adopted, true);

  std::set<std::string> rest;
  std::ranges::set_difference(planted, closed, std::inserter(rest, rest.end()));
  std::set<std::string> issued_by_hand = by_hand();  // for entries that were adopted: no register has them
  EXPECT_EQ(issued_by_hand.size(), adopted.size());
  rest.insert(issued_by_hand.begin(), issued_by_hand.end());
  EXPECT_EQ(audit("after"), rest) << said_;
  const json::value after = plan("after");
  for (const json::value& one : after.at("actions").as_array()) {
    EXPECT_NE(one.at("by").as_string(), "hub") << one;
    EXPECT_FALSE(one.at("why").as_string().empty()) << one;
    EXPECT_FALSE(one.at("steps").as_array().empty()) << one;
    bool hubs_own = issued_by_hand.contains(lower(std::string(one.at("reference").as_string())));
    EXPECT_EQ(hubs_own, one.at("why").as_string().starts_with("the hub has it (")) << one;
  }
}

}  // namespace handoff::integration
