#include "core/journal/store.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "core/crypto/hash.hpp"
#include "core/journal/log_file.hpp"
#include "core/model/identity.hpp"
#include "tests/support/temp_dir.hpp"

namespace handoff::journal {
namespace {

CreditKey key(int transaction) {
  CreditKey out;
  out.tenant = "t1";
  out.source = "register";
  out.scope = "S014/R2";
  out.business_date = "2026-11-23";
  out.transaction = std::to_string(transaction);
  out.line = "1";
  return out;
}

CreditAccepted accepted(Store& store, int transaction) {
  CreditAccepted event;
  event.credit = store.next_credit();
  event.ref = credit_ref(credit_id(key(transaction)));
  event.source = "register";
  event.scope = "S014/R2";
  event.business_date = "2026-11-23";
  event.transaction = std::to_string(transaction);
  event.line = "1";
  event.amount = Money(2500, "USD");
  event.balance_type = "general";
  event.store = "S014";
  return event;
}

class JournalStore : public ::testing::Test {
 protected:
  JournalStore() { reopen(); }
  void reopen() {
    store.reset();
    StoreOptions options;
    options.path = dir.file("handoff.db");
    auto opened = Store::open(options);
    ASSERT_TRUE(opened) << opened.error();
    store = std::move(*opened);
  }
  CreditAccepted add(int transaction) {
    CreditAccepted event = accepted(*store, transaction);
    store->append(1000, credit_id(key(transaction)), "register:S014", event);
    return event;
  }
  void alter(const char* sql) {
    sqlite3* db = nullptr;
    sqlite3_open(dir.file("handoff.db").c_str(), &db);
    char* error = nullptr;
    sqlite3_exec(db, sql, nullptr, nullptr, &error);
    EXPECT_EQ(error, nullptr) << error;
    sqlite3_close(db);
  }
  VerifyReport verify() {
    store.reset();
    return verify_store(dir.file("handoff.db"), nullptr);
  }

  support::TempDir dir;
  std::unique_ptr<Store> store;
};

TEST_F(JournalStore, KeepsWhatWasCommittedAndForgetsWhatWasNot) {
  add(1);
  ASSERT_TRUE(store->commit());
  add(2);
  reopen();
  EXPECT_TRUE(store->read().credit_by_id(credit_id(key(1))));
  EXPECT_FALSE(store->read().credit_by_id(credit_id(key(2))));
  add(3);
  EXPECT_TRUE(store->commit());
  EXPECT_TRUE(verify().problems.empty());
}

TEST_F(JournalStore, CountsAndListsCreditsByStateAsIfItWalkedThemAll) {
  constexpr const char* kStates[] = {"complete", "held",      "complete", "closed", "routed",
                                     "complete", "available", "complete", "held"};
  std::map<std::string, std::int64_t> walked;
  for (int i = 0; i < 36; ++i) {
    CreditAccepted event = accepted(*store, i);
    if (i % 4 == 3) event.source = "probe";
    store->append(1000, credit_id(key(i)), "register:S014", event);
    CreditMoved moved;
    moved.credit = event.credit;
    moved.state = kStates[i % 9];
    moved.active =
        moved.state == "routed" || moved.state == "available" || i == 9;  // one of them complete, and looked at again
    store->append(1000, credit_id(key(i)), "engine", moved);
    if (event.source != "probe") ++walked[moved.state];
  }
  ASSERT_TRUE(store->commit());
  std::vector<std::pair<std::string, std::int64_t>> expected(walked.begin(), walked.end());
  EXPECT_EQ(store->read().counts().credits_by_state, expected);
  for (const char* state : {"complete", "held", "closed", "routed"}) {
    std::vector<std::int64_t> listed, newest;
    for (const CreditRow& row : store->read().credits(state, 3)) listed.push_back(row.no);
    for (int i = 35; i >= 0 && newest.size() < 3; --i)
      if (kStates[i % 9] == std::string_view(state)) newest.push_back(i + 1);
    EXPECT_EQ(listed, newest) << state;
  }
  EXPECT_EQ(store->read().credits("", 100).size(), 36u);
}

TEST_F(JournalStore, FindsWhatCameSinceThenThoughTheClockWasSetBack) {
  constexpr std::int64_t kHour = 3'600'000, kDay = 24 * kHour;
  auto since = [this](std::int64_t at, std::int64_t after, std::int64_t limit) {
    std::vector<std::int64_t> out;
    for (const CreditRow& row : store->read().credits_since(at, after, limit)) out.push_back(row.no);
    return out;
  };
  EXPECT_TRUE(since(0, 0, 5).empty());
  for (int i = 0; i < 40; ++i)
    store->append(i * kDay - (i % 5 == 0 ? 20 * kHour : 0), credit_id(key(i)), "register:S014", accepted(*store, i));
  ASSERT_TRUE(store->commit());
  for (std::int64_t day = 0; day <= 41; ++day) {
    std::vector<std::int64_t> walked;
    for (int i = 0; i < 40; ++i)
      if (i * kDay - (i % 5 == 0 ? 20 * kHour : 0) >= day * kDay - 10 * kHour) walked.push_back(i + 1);
    EXPECT_EQ(since(day * kDay - 10 * kHour, 0, 100), walked) << "day " << day;
  }
  EXPECT_EQ(since(30 * kDay, 35, 3), (std::vector<std::int64_t>{36, 37, 38})) << "the page after 35";
}

TEST_F(JournalStore, NothingLeadsToACustomerWhoIsGone) {
  CustomerAdded customer;
  customer.customer = store->next_customer();
  customer.hub = "cu_one";
  customer.digests = {"a", "b"};
  store->append(1000, "", "engine", customer);
  CustomerRefAdded ref;
  ref.customer = customer.customer;
  ref.surface = "shop";
  ref.id = "7";
  store->append(1000, "", "engine", ref);
  CustomerGone gone;
  gone.customer = customer.customer;
  gone.surface = "shop";
  gone.id = "7";
  store->append(1000, "", "engine", gone);
  ASSERT_TRUE(store->commit());
  EXPECT_EQ(store->read().customer_by_digest("a"), std::nullopt);
  EXPECT_EQ(store->read().customers_by_ref("shop", "7"), std::vector<std::int64_t>{1});
  EXPECT_TRUE(verify().problems.empty());
}

TEST_F(JournalStore, FindsACreditByItsPublicReference) {
  CreditAccepted event = add(7);
  ASSERT_TRUE(store->commit());
  auto id = credit_id_from_ref(event.ref);
  ASSERT_TRUE(id);
  EXPECT_EQ(store->read().credit_by_id(*id)->transaction, "7");
  EXPECT_EQ(store->read().credit_by_id(*id)->ref, event.ref);
}

TEST_F(JournalStore, RefusesTheSameCreditTwiceAndLosesTheWholeBatch) {
  add(1);
  ASSERT_TRUE(store->commit());
  add(2);
  add(1);
  auto committed = store->commit();
  ASSERT_FALSE(committed);
  EXPECT_EQ(committed.error().kind, DbErrorKind::constraint);
  EXPECT_FALSE(store->read().credit_by_id(credit_id(key(2))));
  add(3);
  EXPECT_TRUE(store->commit());
  EXPECT_TRUE(verify().problems.empty());
}

/// N5, J7: what is asked or written for the first time in a batch that has failed must work in the next.
TEST_F(JournalStore, BatchThatFailedSpoilsNothingForTheNext) {
  add(1);
  ASSERT_TRUE(store->commit());
  CaseOpened opened;
  opened.case_no = 1;
  opened.credit = 1;
  opened.kind = "late";
  auto use = [&] {
    store->append(1'000, credit_id(key(2)), "engine", opened);
    return store->read().cases_of(1).size();
  };
  add(1);
  EXPECT_EQ(use(), 0u);
  auto committed = store->commit();
  ASSERT_FALSE(committed);
  EXPECT_EQ(committed.error().cid, credit_id(key(1))) << "whose row was refused, not who came after";
  EXPECT_EQ(use(), 1u);
  EXPECT_TRUE(store->commit());
  EXPECT_TRUE(verify().problems.empty());
}

TEST_F(JournalStore, PointOfARestoreIsTheNewestRowThatWasFoundNotOneThatTheStartWrote) {
  add(1);
  ASSERT_TRUE(store->commit());
  reopen();
  NameRegistered of_a_new_configuration;
  of_a_new_configuration.name = of_a_new_configuration.id = "shop";
  store->append(900'000, "", "configuration", of_a_new_configuration);
  store->set_epoch(2);
  store->note_restored(900'000, "engine", "older copy");
  ASSERT_TRUE(store->commit());
  EXPECT_EQ(store->read().last_restore()->point, 1000);
}

TEST_F(JournalStore, RefusesASecondProcessOnTheSameStore) {
  StoreOptions options;
  options.path = dir.file("handoff.db");
  auto second = Store::open(options);
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().find("another handoff process"), std::string::npos);
}

TEST_F(JournalStore, VerifyNamesAJournalRowThatWasChanged) {
  for (int i = 1; i <= 5; ++i) add(i);
  ASSERT_TRUE(store->commit());
  store.reset();
  alter("UPDATE journal SET payload = replace(payload, '2500', '9900') WHERE seq = 3");
  VerifyReport report = verify();
  ASSERT_EQ(report.problems.size(), 1u);
  EXPECT_NE(report.problems[0].find("journal row 3 (credit.accepted)"), std::string::npos) << report.problems[0];
}

TEST_F(JournalStore, VerifyNamesATableRowThatTheJournalDoesNotKnow) {
  add(1);
  ASSERT_TRUE(store->commit());
  store.reset();
  alter("UPDATE credits SET amount = 9900");
  VerifyReport report = verify();
  ASSERT_EQ(report.problems.size(), 1u);
  EXPECT_NE(report.problems[0].find("table credits, row 1: differs"), std::string::npos) << report.problems[0];
}

TEST_F(JournalStore, TemporaryFilesThatCannotBeWrittenAreNoFindingAboutTheStore) {
  for (int i = 1; i <= 40; ++i) {  // the copy outgrows what SQLite keeps of it in memory
    CreditAccepted event = accepted(*store, i);
    event.campaign = std::string(100'000, 'x');
    store->append(1000, credit_id(key(i)), "register:S014", event);
  }
  ASSERT_TRUE(store->commit());
  store.reset();
  auto before = std::signal(SIGXFSZ, SIG_IGN);
  rlimit all = {}, small = {};
  ::getrlimit(RLIMIT_FSIZE, &all);
  small = {1u << 20, all.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &small);
  VerifyReport report = verify();
  ::setrlimit(RLIMIT_FSIZE, &all);
  std::signal(SIGXFSZ, before);
  EXPECT_TRUE(report.problems.empty()) << report.problems.front();
  EXPECT_NE(report.could_not.find("SQLITE_TMPDIR"), std::string::npos) << report.could_not;
  report = verify();
  EXPECT_TRUE(report.problems.empty() && report.could_not.empty()) << "with room there is nothing to find";
}

TEST_F(JournalStore, StartRefusesAJournalWhoseEndWasCutOff) {
  add(1);
  add(2);
  ASSERT_TRUE(store->commit());
  store.reset();
  alter("DELETE FROM journal WHERE seq = 2");
  StoreOptions options;
  options.path = dir.file("handoff.db");
  auto opened = Store::open(options);
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().find("store verify"), std::string::npos);
}

TEST_F(JournalStore, EveryKindOfEventSurvivesItsOwnPayload) {
  // Encoded with nothing set, decoded again: absent members must read as their defaults.
  auto check = [](auto event) {
    using Event = decltype(event);
    json::Parsed parsed = json::parse(json::write(encode(event)));
    ASSERT_TRUE(parsed);
    Event back;
    EXPECT_EQ(decode(*parsed, back), "") << Event::kKind;
  };
  [&]<class... Events>(EventList<Events...>) { (check(Events()), ...); }(AllEvents());
}

TEST(CreditIdentity, IgnoresTheDateWhereTheVendorGivesAUniqueId) {
  CreditKey a = key(1);
  a.unique_id = "refund-1";
  CreditKey b = a;
  b.business_date = "2026-11-24";
  EXPECT_EQ(credit_id(a), credit_id(b));
}

TEST(CreditIdentity, FieldsCannotRunIntoEachOther) {
  CreditKey a = key(1), b = key(1);
  a.transaction = "12";
  a.line = "3";
  b.transaction = "1";
  b.line = "23";
  EXPECT_NE(credit_id(a), credit_id(b));
}

TEST_F(JournalStore, DropsTheBodiesOfWhatIsOverForLongAndNoOthers) {
  auto effect = [&](std::int64_t no, std::int64_t at, bool over) {
    EffectPlanned planned;
    planned.effect = no;
    planned.subject = std::to_string(no);
    planned.op = "record";
    store->append(at, "", "engine", planned);
    store->put_body(no, 0, "request", "sealed");
    EffectEnded ended;
    ended.effect = no;
    ended.state = "rejected";
    if (over) store->append(at, "", "engine", ended);
  };
  effect(1, 1000, true);
  effect(2, 1000, false);
  effect(3, 9000, true);
  EXPECT_EQ(store->drop_old_bodies(0, 5000, 2), 2);
  EXPECT_EQ(store->drop_old_bodies(2, 5000, 2), 3);
  EXPECT_EQ(store->drop_old_bodies(3, 5000, 2), 0);
  ASSERT_TRUE(store->commit());
  EXPECT_EQ(store->read().body(1, 0, "request"), "");
  EXPECT_EQ(store->read().body(2, 0, "request"), "sealed");
  EXPECT_EQ(store->read().body(3, 0, "request"), "sealed");
}

/// A person may try again what was refused, however late: without its bytes it could never be sent or looked up.
TEST_F(JournalStore, KeepsTheBodiesOfWhatIsRefusedUntilItsCreditIsAtItsEnd) {
  add(1);
  EffectPlanned planned;
  planned.effect = 1;
  planned.credit = 1;
  planned.subject = "1";
  planned.op = "record";
  store->append(1000, "", "engine", planned);
  store->put_body(1, -1, "args", "sealed");
  EffectEnded refused;
  refused.effect = 1;
  refused.state = "rejected";
  store->append(1000, "", "engine", refused);
  store->drop_old_bodies(0, 5000, 10);
  EXPECT_EQ(store->read().body(1, -1, "args"), "sealed");
  CreditClosed closed;
  closed.credit = 1;
  closed.reason = "cancelled by the source";
  store->append(2000, "", "engine", closed);
  store->drop_old_bodies(0, 5000, 10);
  EXPECT_EQ(store->read().body(1, -1, "args"), "");
}

TEST_F(JournalStore, RewritesItsLogByteForByte) {
  add(1);
  ASSERT_TRUE(store->commit());
  std::filesystem::copy_file(dir.file("handoff.db"), dir.file("copy.db"));
  std::filesystem::copy_file(dir.file("handoff.db-wal"), dir.file("copy.db-wal"));
  auto read_log = [&] {
    std::ifstream file(dir.file("copy.db-wal"), std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  std::string before = read_log();
  ASSERT_TRUE(rewrite_log(dir.file("copy.db"), ""));
  EXPECT_FALSE(before.empty());
  EXPECT_EQ(read_log(), before);
  EXPECT_TRUE(rewrite_log(dir.file("none.db"), "")) << "a store without a log";
}

/// The system's file system, but for syncs of a database file (not of its log), which fail when told to.
struct UnsyncedDatabase {
  static inline bool fails = false;
  static inline sqlite3_vfs* system = nullptr;
  static inline const sqlite3_io_methods* real = nullptr;
  static inline sqlite3_io_methods methods = {};
  static inline sqlite3_vfs vfs = {};

  static const char* name() {
    if (vfs.zName) return vfs.zName;
    system = sqlite3_vfs_find(nullptr);
    vfs = *system;
    vfs.zName = "unsynced-database";
    vfs.xOpen = [](sqlite3_vfs*, const char* path, sqlite3_file* file, int flags, int* got) {
      int code = system->xOpen(system, path, file, flags, got);
      if (code != SQLITE_OK || (flags & SQLITE_OPEN_MAIN_DB) == 0) return code;
      real = file->pMethods;
      methods = *real;
      methods.xSync = [](sqlite3_file* of, int how) { return fails ? SQLITE_IOERR_FSYNC : real->xSync(of, how); };
      file->pMethods = &methods;
      return code;
    };
    sqlite3_vfs_register(&vfs, 0);
    return vfs.zName;
  }
};

TEST_F(JournalStore, CheckpointWhoseSyncFailsIsStorageDoubt) {
  store.reset();
  StoreOptions options;
  options.path = dir.file("handoff.db");
  options.vfs = UnsyncedDatabase::name();
  options.checkpoint_pages = 1;
  auto opened = Store::open(options);
  ASSERT_TRUE(opened) << opened.error();
  store = std::move(*opened);
  add(1);
  ASSERT_TRUE(store->commit());
  ASSERT_TRUE(store->checkpoint());
  UnsyncedDatabase::fails = true;
  add(2);
  EXPECT_TRUE(store->commit());
  auto copied = store->checkpoint();
  UnsyncedDatabase::fails = false;
  ASSERT_FALSE(copied);
  EXPECT_EQ(copied.error().kind, DbErrorKind::broken);
  store.reset();
  reopen();
  EXPECT_TRUE(store->read().credit(2)) << "the log was synced before: the next start has it";
}

TEST_F(JournalStore, OfTheFirstSchemaIsBroughtUpToDateAndStillEqualsItsJournal) {
  CreditAccepted credit = add(1);
  CreditRouted routed;
  routed.credit = credit.credit;
  routed.hops.resize(1);
  routed.hops[0].id = "cards.issue";
  store->append(1500, credit_id(key(1)), "engine", routed);
  CaseOpened opened;
  opened.case_no = store->next_case();
  opened.credit = credit.credit;
  store->append(1600, credit_id(key(1)), "engine", opened);
  CaseClosed closed;
  closed.case_no = opened.case_no;
  store->append(1700, credit_id(key(1)), "token:lee", closed);
  HopMoved moved;
  moved.credit = credit.credit;
  moved.hop = "cards.issue";
  for (auto [at, state] : {std::pair(1800, "running"), {1900, "done"}, {5000, "running"}, {6000, "done"}}) {
    moved.state = state;
    store->append(at, credit_id(key(1)), "engine", moved);
  }
  ASSERT_TRUE(store->commit());
  store.reset();
  for (const char* index : {"credits_probes", "credits_open_probes", "postings_credit", "refs_credit",
                            "cases_open_kind", "cases_open_hint", "cases_gap", "hints_parked", "credits_ended"})
    alter((std::string("DROP INDEX ") + index).c_str());
  for (const char* gone : {"ALTER TABLE hops DROP COLUMN done_at", "ALTER TABLE cases DROP COLUMN assignee",
                           "ALTER TABLE cases DROP COLUMN closed_by", "ALTER TABLE cases DROP COLUMN candidates",
                           "ALTER TABLE cases DROP COLUMN hint", "ALTER TABLE cases DROP COLUMN word",
                           "ALTER TABLE cases DROP COLUMN word_by", "ALTER TABLE hops DROP COLUMN planned_at",
                           "ALTER TABLE hops DROP COLUMN booked", "DROP INDEX customer_refs_id",
                           "DROP INDEX customer_digests_customer", "DROP TABLE directory", "DROP TABLE case_notes",
                           "DROP TABLE alerts", "DROP TABLE alert_channels", "PRAGMA user_version=1"})
    alter(gone);
  reopen();
  EXPECT_EQ(store->read().case_of(opened.case_no)->closed_by, "token:lee");
  EXPECT_EQ(store->read().hops(credit.credit).at(0).planned_at, 1500);
  EXPECT_EQ(store->read().hops(credit.credit).at(0).done_at, 1900) << "the first time";
  CaseNoted noted;
  noted.case_no = opened.case_no;
  noted.text = "rang";
  store->append(1800, credit_id(key(1)), "token:lee", noted);
  ASSERT_TRUE(store->commit());
  EXPECT_EQ(store->read().case_notes(opened.case_no).at(0).actor, "token:lee");
  store.reset();
  VerifyReport report = verify();
  EXPECT_TRUE(report.problems.empty()) << report.problems.front();
}

TEST_F(JournalStore, AWordIsKeptWithItsCaseUntilItIsTakenBack) {
  CreditAccepted credit = add(1);
  CaseOpened opened;
  opened.case_no = store->next_case();
  opened.credit = credit.credit;
  opened.kind = "unknown outcome";
  store->append(1500, credit_id(key(1)), "engine", opened);
  CaseWordGiven word;
  word.case_no = opened.case_no;
  word.word = "happened";
  word.instrument = "v_1";
  word.reason = "seen";
  store->append(1600, credit_id(key(1)), "token:ann", word);
  ASSERT_TRUE(store->commit());
  CaseRow kept = *store->read().case_of(opened.case_no);
  EXPECT_EQ(kept.word_by, "token:ann");
  EXPECT_EQ(kept.word.word, "happened");
  EXPECT_EQ(kept.word.instrument, "v_1");
  CaseWordGiven taken_back;
  taken_back.case_no = opened.case_no;
  store->append(1700, credit_id(key(1)), "token:lee", taken_back);
  ASSERT_TRUE(store->commit());
  EXPECT_EQ(store->read().case_of(opened.case_no)->word_by, "");
  store.reset();
  VerifyReport report = verify();
  EXPECT_TRUE(report.problems.empty()) << report.problems.front();
}

TEST_F(JournalStore, AHopIsDoneWhenItWasDoneFirst) {
  CreditAccepted credit = add(1);
  CreditRouted routed;
  routed.credit = credit.credit;
  routed.hops.resize(2);
  routed.hops[0].id = "shop.mirror";
  routed.hops[1].id = "books.record";
  routed.hops[1].after = {"shop.mirror"};
  store->append(1500, credit_id(key(1)), "engine", routed);
  HopMoved moved;
  moved.credit = credit.credit;
  moved.hop = "shop.mirror";
  auto at = [&](std::int64_t when, const char* state) {
    moved.state = state;
    store->append(when, credit_id(key(1)), "engine", moved);
    return store->read().hops(credit.credit);
  };
  EXPECT_EQ(first_start(at(1800, "running").at(1), store->read().hops(credit.credit)), 0)
      << "what is before it is not done";
  EXPECT_EQ(at(1900, "done").at(0).done_at, 1900);
  std::vector<HopRow> again = at(90'000, "running");
  EXPECT_EQ(again.at(0).done_at, 1900);
  EXPECT_EQ(could_start(again.at(0), again), 90'000) << "brought up to date, which takes its own time";
  EXPECT_EQ(first_start(again.at(0), again), 1500);
  std::vector<HopRow> twice = at(91'000, "done");
  EXPECT_EQ(twice.at(0).done_at, 1900);
  EXPECT_EQ(twice.at(0).changed_at, 91'000);
  EXPECT_EQ(could_start(twice.at(1), twice), 1900) << "what comes after it waited for the first time alone";
  ASSERT_TRUE(store->commit());
  EXPECT_TRUE(verify().problems.empty());
}

TEST_F(JournalStore, WhoWasToldOfWhatIsRememberedAndEqualsTheJournal) {
  AlertTold told;
  told.contact = "ops";
  told.channel = "desk";
  told.cause = "late: cards.issue";
  AlertChannelSeen seen;
  seen.channel = "desk";
  for (std::int64_t at : {1000, 2000}) {
    told.count = at;
    store->append(at, "", "alerts", told);
    store->append(at, "", "alerts", seen);
  }
  ASSERT_TRUE(store->commit());
  EXPECT_EQ(store->read().alerts().at(0).times, 2);
  EXPECT_EQ(store->read().alerts().at(0).count, 2000);
  EXPECT_EQ(store->read().alerts().at(0).told_at, 2000);
  EXPECT_EQ(store->read().alert_channels().at(0).hour_count, 2);
  seen.error = "does not answer";
  for (std::int64_t at : {3000, 4000}) store->append(at, "", "alerts", seen);
  told.count = 0;
  store->append(4000, "", "alerts", told);
  ASSERT_TRUE(store->commit());
  EXPECT_EQ(store->read().alerts().at(0).count, 0);
  EXPECT_EQ(store->read().alert_channels().at(0).failing_since, 3000) << "since the first failure";
  seen.error.clear();
  store->append(3'602'000, "", "alerts", seen);
  ASSERT_TRUE(store->commit());
  EXPECT_EQ(store->read().alert_channels().at(0).failing_since, 0);
  EXPECT_EQ(store->read().alert_channels().at(0).hour_count, 1) << "a new hour";
  told.cause = "mapping";
  store->append(40 * 86'400'000ll, "", "alerts", told);
  ASSERT_TRUE(store->commit());
  EXPECT_TRUE(store->read().alerts().empty()) << "what was over a month ago is forgotten";
  EXPECT_TRUE(verify().problems.empty());
}

TEST_F(JournalStore, ReaderGoesOnFromTheNewestRowThatARestoreLeft) {
  EXPECT_EQ(store->read().place({7, 7}).seq, 0);
  store->set_epoch(1);
  add(1);
  add(2);
  store->set_epoch(5);  // the rows of epochs 1 to 4 after the second are lost
  add(3);
  add(4);
  auto place = [&](std::int64_t seq, std::int64_t epoch) {
    Reader::Place at = store->read().place({seq, epoch});
    return std::pair(at.seq, at.epoch);
  };
  EXPECT_EQ(place(1, 1), std::pair(std::int64_t{1}, std::int64_t{1}));
  EXPECT_EQ(place(2, 1), std::pair(std::int64_t{2}, std::int64_t{1}));
  EXPECT_EQ(place(4, 1), std::pair(std::int64_t{2}, std::int64_t{1})) << "another row has this number now";
  EXPECT_EQ(place(256, 3), std::pair(std::int64_t{2}, std::int64_t{1})) << "no row has it yet";
  EXPECT_EQ(place(4, 5), std::pair(std::int64_t{4}, std::int64_t{5}));
}

}  // namespace
}  // namespace handoff::journal
