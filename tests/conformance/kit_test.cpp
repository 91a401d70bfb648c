// What the conformance kit makes of the connectors in this tree: it passes what is right, and fails each known-bad one
// for the reason that bad/README.md gives.

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>

#include "core/conformance/kit.hpp"
#include "tests/support/temp_dir.hpp"

namespace handoff::conformance {
namespace {

std::string told(const Report& report) {
  std::string out;
  for (const Result& result : report.results)
    for (const Finding& finding : result.findings)
      if (finding.waived.empty()) out += result.id + ": " + finding.cassette + ": " + finding.what + "\n";
  return out;
}

constexpr int kShort = 5, kPatient = 60;  // seconds for a case: of those that come to no end, and of the others

Report run_over(const std::filesystem::path& file, const std::filesystem::path& folder,
                std::vector<std::string> only = {}, int seconds = kShort) {
  Request request;
  request.file = file;
  request.folder = folder;
  request.only = std::move(only);
  if (!kSanitized) request.limits.seconds = seconds;
  auto report = run(request);
  EXPECT_TRUE(report) << report.error();
  return report ? *report : Report();
}

struct Right {
  std::string name;
  std::filesystem::path file, folder;
};

class TheKit : public ::testing::TestWithParam<Right> {};

TEST_P(TheKit, PassesWhatIsRightWithoutAWaiver) {
  Report report = run_over(GetParam().file, GetParam().folder, {}, kPatient);
  EXPECT_EQ(told(report), "");
  EXPECT_TRUE(read_folder(GetParam().folder).waivers.empty());
  EXPECT_EQ(report.results.size(), all_cases().size() + 1);  // and that it is loaded
}

std::vector<Right> right_ones() {
  std::vector<Right> out = {{"acme_good", GOOD, GOOD_CASSETTES}, {"drop", DROP, DROP_CASSETTES},
                            {"latch", LATCH, LATCH_CASSETTES},   {"slate", SLATE, SLATE_CASSETTES},
                            {"tally", TALLY, TALLY_CASSETTES},   {"twins", TWINS, TWINS_CASSETTES}};
  for (const auto& folder : std::filesystem::directory_iterator(std::filesystem::path(TREE) / "plugins")) {
    std::string name = folder.path().filename().string();
    if (folder.is_directory())
      out.push_back(
          {name, std::filesystem::path(PLUGINS) / ("libhandoff-" + name + ".so"), folder.path() / "conformance"});
  }
  std::ranges::sort(out, {}, &Right::name);
  return out;
}

INSTANTIATE_TEST_SUITE_P(Over, TheKit, ::testing::ValuesIn(right_ones()),
                         [](const auto& param) { return param.param.name; });

#ifndef ONLY_WHAT_IS_RIGHT

/// id -> the case that must fail, and a word of its finding.
const std::map<std::string, std::pair<std::string, std::string>>& reasons() {
  static const std::map<std::string, std::pair<std::string, std::string>> list = {
      {"keeps_state", {"repeat", "is another"}},
      {"unordered", {"two-processes", "say something different"}},
      {"real_clock", {"symbols", "clock"}},
      {"real_clock_seconds", {"symbols", "time"}},
      {"random_number", {"repeat", ""}},
      {"reads_file", {"plays", "open a file"}},
      {"reads_environment", {"two-processes", "say something different"}},
      {"races", {"two-at-once", "came out different"}},
      {"slow_step", {"symbols", "sleep"}},
      {"writes_to_stdout", {"plays", "writes to stdout"}},
      {"key_not_sent", {"plays", "does not carry the host's"}},
      {"key_changes", {"clock", "another key"}},
      {"label_undeclared", {"plays", "does not declare it"}},
      {"retry_safe", {"plays", "asked for as safe"}},
      {"not_found_no_effect", {"sheet", "lists 404"}},
      {"server_error_no_effect", {"sheet", "lists 500"}},
      {"conflict_no_effect", {"sheet", "lists 409"}},
      {"pattern_matches_nothing", {"sheet", "no_effect_codes has \"4*\", a code that no answer has"}},
      {"exception_misspelt", {"loads", "did you mean \"not_no_effect_codes\"?"}},
      {"sends_auth", {"plays", "is the host's to write"}},
      {"limited_is_rejected", {"rate-limited", "is judged REJECTED"}},
      {"two_adding_labels", {"loads", "at most one adding call"}},
      {"adding_after_removing", {"sheet", "adds and removes"}},
      {"operation_missing", {"loads", "promises the operation find_customer/1"}},
      {"counts_steps", {"resume", "started anew after 2 answers: the run ends in another way"}},
      {"shares_settings", {"settings", "with a run of issue_refused between its steps"}},
      {"keeps_memory", {"memory", "KiB behind"}},
      {"reads_past_text", {"older-host", "crashed"}},
      {"exact_structs", {"newer-host", "with longer structs: "}},
      {"status_ignored", {"status", "the connector says applied"}},
      {"error_is_absent", {"absence", "is answered by the refusal of issue_refused (422)"}},
      {"read_of_that_amount", {"hidden", "the record is there, and the read does not show it"}},
      {"read_hides_void", {"hidden", "a record with \"status\": \"void\" is there"}},
      {"error_in_200", {"absence", "inside of the empty list's"}},
      {"pull_skips_unreadable", {"pages", "its row is passed over"}},
      {"read_skips_unreadable", {"pages", "its record is passed over"}},
      {"read_whole_at_cap",
       {"pages", "always has one more page, and after 20 calls the read says that it is complete"}},
      {"read_never_ends",
       {"pages", "always has one more page, and after 200 calls the read: asked for more than 200 calls"}},
      {"target_unescaped", {"targets", "the target is /v2/events/ev_"}},
      {"freeze_proves_void", {"sheet", "void_terminal_states has inactive, which a frozen instrument is, too"}},
      {"void_states_differ", {"sheet", "which is none of void_terminal_states"}},
      {"blocked_is_void", {"one-effect", "only what 'block-card' did is there, and the hub takes it for the end"}},
      {"draft_proves", {"one-effect", "only what 'create-card' did is there, and the hub takes it for the effect"}},
      {"echo_never_holds", {"sheet", "which the input of issue does not hold"}},
      {"accepted_is_applied", {"words", "is answered by 202 with the body of success, and the connector says applied"}},
      {"any_state_is_applied", {"words", "which read shows as inactive and the sheet takes for no proof"}},
      {"conflict_is_done", {"words", "is answered by 409 (without a body), and the connector says applied"}},
      {"currency_of_settings", {"currencies", "the vendor answers in EUR, and the connector says"}},
      {"read_for_all", {"sightings", "another reference is looked up by the very same requests"}},
      {"any_404_is_absent", {"absence", "is taken as proof that nothing is there"}},
      {"failed_page_is_last", {"pages", "the list ends as if it had read it"}},
      {"states_missing", {"one-effect", "it is shown as inactive, and applied_states of the sheet has active"}},
      {"verdict_late", {"plays", "another call is asked for before there is a verdict"}},
      {"json_as_form", {"plays", "the body is json, and no content-type header says so"}},
      {"reverse_missing", {"sheet", "there is no operation reverse"}},
      {"settings_crash", {"odd-settings", "crashed"}},
      {"applied_unreadable", {"unreadable", "the connector says applied"}},
      {"echoes_copied", {"echoes", "stays the same"}},
      {"echoes_copied_live", {"echoes", "the echo of the amount stays the same"}},
      {"adopted_ignored", {"lost-reply", "the run fails"}},
      {"adopted_again", {"lost-reply", "and not as after success"}},
      {"retry_after_absurd", {"rate-limited", "at most an hour"}},
      {"void_removed_face", {"echoes", "what was removed"}},
      {"secret_in_verdict", {"secrets", "a message names"}},
      {"hint_in_verdict", {"secrets", "a message names"}},
      {"email_in_failure", {"secrets", "a message names"}},
      {"floating_point", {"sightings", "and the sighting says"}},
      {"exponent_2", {"amounts", "JPY"}},
      {"amount_32_bits", {"amounts", "is not in the request"}},
      {"other_currency", {"currencies", "the very request"}},
      {"zero_is_void", {"plays", "state"}},
      {"unknown_is_active", {"sightings", "the state that is shown stays the same"}},
      {"read_first_page", {"plays", "the connector made 1"}},
      {"read_unreadable_is_nothing", {"unreadable", "as if it had been read"}},
      {"pull_loses_border", {"plays", "emits"}},
      {"pull_never_ends", {"plays", "list-events"}},
      {"inbound_unsigned", {"webhook", "without a signature"}},
      {"inbound_hard_coded", {"webhook", "without a signature"}},
      {"inbound_parses_first", {"webhook", "before its signature is checked"}},
      {"inbound_rewritten", {"webhook", "does not hold the raw body"}},
      {"inbound_time_unsigned", {"webhook", "with another time the same is signed"}},
      {"inbound_old", {"webhook", "301 s ago, it is still believed"}},
      {"crash_on_empty", {"unreadable", "crashed"}},
      {"loop_on_huge", {"unreadable", "no end"}},
      {"throws_on_deep", {"unreadable", "crashed"}},
      {"allocates_declared", {"drift", ""}},
      {"silent_step", {"plays", "did not end"}},
      {"two_calls_in_a_step", {"plays", "asked for 2 calls"}},
      {"label_twice", {"plays", "used twice"}},
      {"exports_more", {"symbols", "exports acme_revision"}},
      {"abi_magic_wrong", {"loads", "magic"}},
      {"abi_major_wrong", {"loads", "speaks ABI"}},
      {"abi_minor_too_new", {"loads", "needs ABI"}},
      {"entry_short", {"loads", "bytes"}},
      {"note_cut", {"loads", "connector.json"}},
      {"note_too_long", {"loads", "connector.json"}},
      {"note_missing", {"loads", "connector.json"}}};
  return list;
}

std::vector<std::string> bad_ids() {
  std::vector<std::string> out;
  std::ifstream file(LIST);
  for (std::string line; std::getline(file, line);)
    if (!line.empty() && line.front() != '#') out.push_back(line.substr(0, line.find_first_of(" |")));
  return out;
}

class TheKitFails : public ::testing::TestWithParam<std::string> {};

TEST_P(TheKitFails, TheKnownBadConnectorForItsReason) {
  auto reason = reasons().find(GetParam());
  ASSERT_NE(reason, reasons().end()) << "say here which case must find it";
  const auto& [id, said] = reason->second;
  std::vector<std::string> only = {id};
  Report report = run_over(std::filesystem::path(BAD) / ("libhandoff-bad_" + GetParam() + ".so"), GOOD_CASSETTES, only);
  auto result = std::ranges::find(report.results, id, &Result::id);
  ASSERT_NE(result, report.results.end()) << told(report);
  bool found = std::ranges::any_of(result->findings, [&word = said](const Finding& finding) {
    return finding.what.find(word) != std::string::npos;
  });
  EXPECT_TRUE(found) << id << " should find '" << said << "'; all that is found:\n" << told(report);
  EXPECT_FALSE(report.passed());
}

INSTANTIATE_TEST_SUITE_P(OfTheList, TheKitFails, ::testing::ValuesIn(bad_ids()),
                         [](const auto& param) { return param.param; });

/// One of those that are wrong by a macro: good/bad is one source.
struct ByMacro {
  const char *of, *defect, *found_by, *word;
};

void PrintTo(const ByMacro& bad, std::ostream* out) { *out << bad.of << "_" << bad.defect; }

const ByMacro kByMacro[] = {
    {"latch", "asks_vendor", "plays", "is asked for by sign, which makes no call but MAC"},
    {"latch", "counts", "repeat", "is another"},
    {"latch", "quotes_answer", "secrets", "the connector passes the quotation on"},
    {"latch", "same_signature", "signing", "is signed in the same way"},
    {"latch", "secret_elsewhere", "plays", "has a place for a secret, which only auth and sign fill"},
    {"latch", "unknown_secret", "plays", "is a MAC under \"keys\", which is no secret of the sheet"},
    {"drop", "ends_at_a_cut", "folder", "the pull ends as if nothing had been dropped"},
    {"drop", "ignores_entry", "entries", "is booked by the very requests of"},
    {"drop", "keeps_offset", "repeat", "the call 'read-page' is another"},
    {"drop", "leaves_folder", "folder", "a file that somebody called \"../kit\": 'claim-file': "},
    {"drop", "moves_first", "folder", "in the run that reads it"},
    {"drop", "reads_unclaimed", "folder", "reads /in/a.jsonl, which is not claimed"},
    {"drop", "writes_itself", "plays", "open a file"},
    {"slate", "any_body", "unreadable", "is answered by an HTML page, and is judged APPLIED"},
    {"slate", "any_state", "words",
     "\": \"closed\", which read shows as void and the sheet takes for no proof, and is judged APPLIED"},
    {"slate", "code_in_query", "secrets", "the code that can be spent is in the query of a POST"},
    {"slate", "lists_open", "hidden", "a record with \"state\": \"closed\" is there, and the list does not show it"},
    {"slate", "copies_echo", "echoes", "the echo of the amount stays the same"},
    {"slate", "for_nobody", "customer", "no request carries anything of the customer"},
    {"slate", "cut_list", "unreadable", "a body cut in the middle, and the run goes on as if it had been read"}};

std::string cassettes_of(std::string_view connector) {
  return connector == "drop" ? DROP_CASSETTES : connector == "slate" ? SLATE_CASSETTES : LATCH_CASSETTES;
}

class TheKitFailsByMacro : public ::testing::TestWithParam<ByMacro> {};

TEST_P(TheKitFailsByMacro, ForItsReason) {
  const ByMacro& bad = GetParam();
  const std::string name = std::string(bad.of) + "_" + bad.defect;
  Report report =
      run_over(std::filesystem::path(BAD) / ("libhandoff-bad_" + name + ".so"), cassettes_of(bad.of), {bad.found_by});
  EXPECT_NE(told(report).find(bad.word), std::string::npos) << told(report);
}

INSTANTIATE_TEST_SUITE_P(Each, TheKitFailsByMacro, ::testing::ValuesIn(kByMacro),
                         [](const auto& param) { return std::string(param.param.of) + "_" + param.param.defect; });

/// A case that nobody fails by could be empty.
TEST(TheKitsCases, AreEachFailedBySomeConnectorOrModel) {
  std::set<std::string> failed = {"cassettes", "promises", "one-effect"};  // by the tests below
  for (const auto& [name, reason] : reasons()) failed.insert(reason.first);
  for (const ByMacro& bad : kByMacro) failed.insert(bad.found_by);
  std::set<std::string> all = {"loads"};
  for (const Case& one : all_cases()) all.insert(one.id);
  EXPECT_EQ(failed, all);
}

TEST(TheKitsCassettes, MayNotNameInBracesWhatTheInputDoesNotHold) {
  support::TempDir dir;
  for (const char* part : {"conformance", "fixtures"})
    std::filesystem::copy(std::filesystem::path(GOOD_CASSETTES).parent_path() / part, dir.path() / part);
  std::ifstream in(dir.file("conformance/issue.json"));
  std::string text(std::istreambuf_iterator<char>(in), {});
  text.replace(text.find("{amount.decimal}"), 16, "{amount.decimals}");
  std::ofstream(dir.file("conformance/issue.json")) << text;
  std::string said = told(run_over(GOOD, dir.path() / "conformance", {"cassettes"}));
  EXPECT_NE(said.find("{amount.decimals} names nothing in the input; did you mean {amount.decimal}?"),
            std::string::npos)
      << said;
}

/// A copy of the good connector's cassettes, to change one.
class TheCassettes : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* part : {"conformance", "fixtures"})
      std::filesystem::copy(std::filesystem::path(GOOD_CASSETTES).parent_path() / part, dir_.path() / part);
  }
  void change(const std::string& file, const std::string& from, const std::string& to) const {
    std::ifstream in(dir_.file("conformance/" + file));
    std::string text(std::istreambuf_iterator<char>(in), {});
    ASSERT_NE(text.find(from), std::string::npos) << file;
    text.replace(text.find(from), from.size(), to);
    std::ofstream(dir_.file("conformance/" + file)) << text;
  }
  std::string found(const std::filesystem::path& connector, const std::string& by) const {
    return told(run_over(connector, dir_.path() / "conformance", {by}));
  }
  support::TempDir dir_;
};

TEST_F(TheCassettes, OfANotificationAreAlsoPlayedWithAnEscapeThatNoWriterHas) {
  change("inbound.json", R"({"file": "../fixtures/webhook.json"})",
         R"({"json": {"id": "no_5", "type": "credit.issued", "object": "ev_1"}})");
  EXPECT_EQ(found(GOOD, "webhook"), "");
  EXPECT_NE(found(std::filesystem::path(BAD) / "libhandoff-bad_inbound_rewritten.so", "webhook")
                .find("does not hold the raw body"),
            std::string::npos);
}

TEST_F(TheCassettes, OfANotificationAreAgedFromTheTimeThatWasSigned) {
  change("inbound.json", "t=1795442400", "t=1795442300");  // a hundred seconds before the cassette's now
  EXPECT_EQ(found(GOOD, "webhook"), "");
}

TEST_F(TheCassettes, OfAnEffectThatIsNotRecognisedNameTheMemberAndBothValues) {
  change("read_activated.json", R"("issued": "{amount.decimal}")", R"("issued": "9.00")");
  const std::string said = found(GOOD, "one-effect");
  EXPECT_NE(said.find("its issued is 9.00 USD, and the hub looks for 25.10 USD"), std::string::npos) << said;
}

TEST_F(TheCassettes, OfAFirstStepAloneProveNoSecondOne) {
  change("read_created.json", R"("status": "new")", R"("status": "live")");
  const std::string said = found(GOOD, "one-effect");
  EXPECT_NE(said.find("only what 'create-card' did is there, and the hub takes it for the effect"), std::string::npos)
      << said;
}

TEST_F(TheCassettes, MayHaveTheAmountInAnotherNumberThanTheBalance) {
  change("read_void.json", R"("balance": "{amount.decimal}")", R"("balance": "0.00")");
  EXPECT_EQ(found(GOOD, "sightings"), "");
}

TEST_F(TheCassettes, WithOneSettingsAloneArePlayedBesideAnotherAccount) {
  std::filesystem::remove(dir_.file("conformance/issue_euro.json"));
  EXPECT_NE(found(std::filesystem::path(BAD) / "libhandoff-bad_shares_settings.so", "settings")
                .find("with a run of a connector with currency = \"EUR\" between its steps"),
            std::string::npos);
}

TEST_F(TheCassettes, MayNotNameAMemberThatTheirInputLacks) {
  change("fetch.json", "/v2/events/ev_1", "/v2/events/{amount.decimal}");
  const std::string said = found(GOOD, "cassettes");
  EXPECT_NE(said.find("{amount.decimal} names nothing in the input, which has no \"amount\""), std::string::npos)
      << said;
}

TEST_F(TheCassettes, OfANotificationSayHowOldItMayBeOrAreNotAged) {
  change("inbound.json", "\"stale_after_s\": 300,", "");
  const Report report = run_over(GOOD, dir_.path() / "conformance", {"webhook"});
  EXPECT_EQ(told(report), "");
  ASSERT_EQ(report.results.back().untried.size(), 1u);
  EXPECT_NE(report.results.back().untried.front().find("write \"stale_after_s\""), std::string::npos);
}

/// Twenty milliseconds hold nobody up for long; a hundred times four of them are no endless loop.
TEST(TheKitsRounds, AreFewerWhereAStepIsSlowAndItSaysSo) {
  const Report report =
      run_over(std::filesystem::path(BAD) / "libhandoff-bad_slate_slow.so", SLATE_CASSETTES, {"two-at-once", "memory"});
  EXPECT_EQ(told(report), "");
  for (const Result& result : report.results)
    for (const std::string& what : result.untried)
      EXPECT_NE(what.find("rounds, since it is slow"), std::string::npos) << what;
  EXPECT_FALSE(report.results.back().untried.empty());
}

TEST_F(TheCassettes, ShowASecondPageOrSayWhyThereIsNone) {
  std::filesystem::remove(dir_.file("conformance/read_two_pages.json"));
  std::filesystem::remove(dir_.file("conformance/pull_first_page.json"));
  const std::string said = found(GOOD, "cassettes");
  EXPECT_NE(said.find("no cassette of read by reference shows a second page"), std::string::npos) << said;
  EXPECT_NE(said.find("no cassette of pull shows a second page"), std::string::npos) << said;
  change("read_nothing.json", "\"after\": [],", "\"after\": [], \"one_page\": \"a reference is unique\",");
  EXPECT_EQ(found(GOOD, "cassettes").find("read by reference"), std::string::npos);
}

TEST(TheKitsCassettes, OfBookingsShowBothEntries) {
  support::TempDir dir;
  std::filesystem::copy(DROP_CASSETTES, dir.path() / "conformance");
  std::filesystem::remove(dir.file("conformance/read_cancelled.json"));
  std::string said = told(run_over(DROP, dir.path() / "conformance", {"entries"}));
  EXPECT_NE(
      said.find(
          R"(no read shows the entry "cancelled"; give one "after": ["write-document"], "of": "record_cancelled")"),
      std::string::npos)
      << said;
  std::filesystem::remove(dir.file("conformance/record_cancelled.json"));
  said = told(run_over(DROP, dir.path() / "conformance", {"entries"}));
  EXPECT_NE(said.find(R"(no cassette of record has the "entry": "cancelled")"), std::string::npos) << said;
}

/// What the kit finds where the vendor is like that in truth: `change` is a merge patch of every call of model.json.
std::string held_to(const std::filesystem::path& file, const std::filesystem::path& cassettes,
                    const std::string& change) {
  support::TempDir dir;
  for (const char* part : {"conformance", "fixtures"})
    if (std::filesystem::path from = cassettes.parent_path() / part; std::filesystem::exists(from))
      std::filesystem::copy(from, dir.path() / part);
  const json::Parsed patch = json::parse(change);
  const Folder folder = read_folder(cassettes);
  json::Object calls;
  for (const auto& [name, call] : folder.model.at("calls").as_object()) {
    json::Object changed = call.as_object();
    for (const auto& [member, value] : patch->as_object()) changed.set(member, value);
    calls.set(name, std::move(changed));
  }
  json::Object model;
  model.set("source", "invented").set("calls", std::move(calls));
  std::ofstream(dir.file("conformance/model.json")) << json::write(json::Value(std::move(model)));
  return told(run_over(file, dir.path() / "conformance", {"promises", "one-effect"}));
}

/// What the good connector's vendor is like in truth, if its sheet were wrong: the member of model.json, and the finding.
struct Lie {
  const char* name;
  std::string change;  // of every call, as a merge patch
  std::string promise, effect;
};

void PrintTo(const Lie& lie, std::ostream* out) { *out << lie.name; }

class TheSheet : public ::testing::TestWithParam<Lie> {};

TEST_P(TheSheet, IsHeldToTheModelByItsWordsAndByCounting) {
  std::string said = held_to(GOOD, GOOD_CASSETTES, GetParam().change);
  EXPECT_NE(said.find("promises: : issue.activate-card " + GetParam().promise), std::string::npos) << said;
  EXPECT_EQ(GetParam().effect.empty(), said.find("one-effect: issue:") == std::string::npos) << said;
  EXPECT_NE(said.find(GetParam().effect), std::string::npos) << said;
}

INSTANTIATE_TEST_SUITE_P(
    Lies, TheSheet,
    ::testing::Values(
        Lie{"AboutItsKey", R"({"same_key":"another_effect"})", "promises a key", "with its key after 1 s"},
        Lie{"AboutTheWindow", R"({"key_kept_s":3600,"sent_twice":"another_effect"})", "promises a key for 86400 s",
            "'create-card', its answer lost after the effect"},
        Lie{"AboutOtherContent", R"({"same_key_other_body":"same_answer"})", "promises that other content", ""},
        Lie{"AboutStoredErrors", R"({"errors_kept":true})", "promises that errors are not stored", ""},
        Lie{"AboutUniqueReferences", R"({"sent_twice":"another_effect"})", "promises that a reference is unique", ""},
        Lie{"AboutAbsence", R"({"absence_proves":false})", "promises that not finding is proof", ""},
        Lie{"AboutTheWayToLook", R"({"found_by":["instrument"]})", "is looked up by reference", ""},
        Lie{"AboutDelay", R"({"found_after_s":600})", "promises to be visible after 1 s", ""},
        Lie{"AboutFlight", R"({"acts_within_s":7200})", "promises that a request acts within 60 s", ""},
        Lie{"AboutErrors", R"({"effect_in_spite_of":["422/late"]})", "lists 422/late as without effect", ""}),
    [](const auto& param) { return param.param.name; });

/// The same of a vendor whose way out is the reversal.
class TheReversal : public ::testing::TestWithParam<Lie> {};

TEST_P(TheReversal, IsHeldToTheModelByItsWordsAndByCounting) {
  std::string said = held_to(TALLY, TALLY_CASSETTES, GetParam().change);
  EXPECT_NE(said.find("promises: : record.append-entry " + GetParam().promise), std::string::npos) << said;
  EXPECT_EQ(GetParam().effect.empty(), said.find("one-effect: record:") == std::string::npos) << said;
  EXPECT_NE(said.find(GetParam().effect), std::string::npos) << said;
}

INSTANTIATE_TEST_SUITE_P(
    Lies, TheReversal,
    ::testing::Values(
        Lie{"AboutItsTime", R"({"reversed_within_s":60})",
            "promises to be reversed for 3600 s, and the vendor takes it back for 60 s", ""},
        Lie{"AboutWhatIsRead", R"({"reversed_within_s":60,"found_by":[]})",
            "is looked up by reference, and the vendor does not find it so",
            "its answer lost after the effect, resolved by the sheet by reversing it after 3599 s: the vendor has done it 2 times"},
        Lie{"AboutFlight", R"({"acts_within_s":7200})", "promises that a request acts within 1 s",
            "its effect late, resolved by the sheet by reversing it"}),
    [](const auto& param) { return param.param.name; });

#endif  // ONLY_WHAT_IS_RIGHT

}  // namespace
}  // namespace handoff::conformance
