#include "tests/simulation/plants.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>
#include <vector>

#include "core/model/planted.hpp"
#include "tests/simulation/simulation.hpp"

namespace handoff::simulation {

namespace {

struct Plant {
  const char* id;
  Bug bug;
  const char* what;  // or why there is none
};

constexpr Plant kPlants[] = {
    {"B1", Bug::b1_acknowledged_before_commit, "acknowledged before the commit"},
    {"B2", Bug::b2_fresh_key_on_retry, "fresh key on retry"},
    {"B3", Bug::b3_timeout_is_failure, "time-out treated as failure"},
    {"B4", Bug::b4_time_in_identity, "time inside the identity"},
    {"B5", Bug::b5_resent_right_after_not_found, "resent right after not-found"},
    {"B6", Bug::b6_face_value_reissued, "face value reissued"},
    {"B7", Bug::b7_reissued_on_acknowledgement, "reissued on the void's acknowledgement"},
    {"B8", Bug::b8_zero_balance_is_void, "zero balance taken for void"},
    {"B9", Bug::b9_balance_before_void_is_removed, "balance read before the void used as removed"},
    {"B10", Bug::b10_in_flight_is_not_sent, "in flight at start taken as not sent"},
    {"B11", Bug::b11_dedupe_forgets, "dedupe forgets after a day"},
    {"B12", Bug::b12_webhook_lowers_a_state, "webhook lowers a state"},
    {"B13", Bug::b13_partial_page_is_absence, "partial page taken as absence"},
    {"B14", Bug::b14_no_saga_lock, "no saga lock, in the engine or in the store"},
    {"B15", Bug::b15_sync_off, "sync switched off"},
    {"B16", Bug::b16_sync_error_ignored, "failed sync ignored"},
    {"B17", Bug::b17_random_keys, "random keys"},
    {"B18", Bug::b18_every_429_is_not_executed, "429 always taken as not executed"},
    {"B19", Bug::none, "lease on the wall clock: there are no leases, one process has the store"},
    {"B20", Bug::b20_breaker_probes_with_a_write, "breaker tried with a first write"},
    {"B21", Bug::b21_amount_through_floating_point, "amount through floating point"},
    {"B22", Bug::b22_unreadable_is_success, "unreadable 2xx taken as success"},
    {"B23", Bug::b23_early_cancel_dropped, "cancellation before its issue dropped"},
    {"B24", Bug::b24_poison_blocks_the_queue, "poison blocks the queue"},
    {"B25", Bug::b25_redirect_followed, "redirect followed"},
    {"B26", Bug::none, "replication warning ignored: there is no PostgreSQL store yet"},
    {"B27", Bug::b27_body_rebuilt, "body rebuilt by newer code"},
    {"B28", Bug::b28_resent_on_dead_connection, "resent on a dead connection"},
    {"B29", Bug::b29_key_after_its_window, "key used after its window"},
    {"B30", Bug::b30_pool_credited_by_copy, "second pool credited by copy, by a route that lint refuses"},
};

#ifdef HANDOFF_PLANTED

/// 4.35 is a little less than that, and is cut off.
std::int64_t cut(std::int64_t minor) { return static_cast<std::int64_t>(static_cast<double>(minor) / 100.0 * 100.0); }

std::string row(const Plant& plant, std::uint64_t first, std::uint64_t count) {
  through_floating_point = cut;
  std::ostringstream out;
  for (std::uint64_t i = 0; i < count; ++i) {
    Play play;
    play.seed = first + i;
    planted_bug = plant.bug;
    Result result = run_seed(play);
    if (result.violations.empty()) continue;
    planted_bug = Bug::none;
    if (!run_seed(play).violations.empty()) continue;  // it is not the bug that was found
    const Violation& found = result.violations.front();
    std::string_view what = found.what;
    what = what.substr(0, what.find_first_of("\r\n"));  // a request that was wrong has lines of its own
    out << plant.id << "\t" << i + 1 << "\t" << found.rule << "\t" << plant.what << "\t" << what << "\n";
    return out.str();
  }
  out << plant.id << "\t-\tnot found\t" << plant.what << "\t\n";
  return out.str();
}

#endif

}  // namespace

#ifdef HANDOFF_PLANTED

int try_plants(const std::string& which, std::uint64_t first, std::uint64_t count, int jobs, const std::string& table) {
  std::vector<Plant> chosen;
  for (const Plant& plant : kPlants)
    if (plant.bug != Bug::none && (which == "all" || which == plant.id)) chosen.push_back(plant);
  std::vector<int> pipes;
  for (int worker = 0; worker < jobs; ++worker) {
    int ends[2];
    if (pipe(ends) != 0) return 1;
    if (fork() == 0) {
      ::close(ends[0]);
      std::FILE* to = fdopen(ends[1], "w");
      for (std::size_t i = static_cast<std::size_t>(worker); i < chosen.size(); i += static_cast<std::size_t>(jobs)) {
        std::string text = row(chosen[i], first, count);
        std::fwrite(text.data(), 1, text.size(), to);
        std::fflush(to);
      }
      std::fclose(to);
      _exit(0);
    }
    ::close(ends[1]);
    pipes.push_back(ends[0]);
  }
  std::ofstream rows;
  if (!table.empty()) rows.open(table);
  std::cout << "bug\tseeds\tfound as\twhat\tfirst violation\n";
  std::size_t found = 0;
  for (int end : pipes) {
    std::FILE* from = fdopen(end, "r");
    char* line = nullptr;
    std::size_t room = 0;
    while (getline(&line, &room, from) > 0) {
      found += !std::string(line).contains("\t-\tnot found");
      std::cout << line << std::flush;
      rows << line;
    }
    std::free(line);
    std::fclose(from);
  }
  while (wait(nullptr) > 0) {
  }
  for (const Plant& plant : kPlants)
    if (plant.bug == Bug::none && which == "all") std::cout << plant.id << "\tnot planted\t\t" << plant.what << "\n";
  std::cout << "planted " << found << "/" << chosen.size() << " found\n";
  return found == chosen.size() ? 0 : 1;
}

#else

int try_plants(const std::string&, std::uint64_t, std::uint64_t, int, const std::string&) {
  std::cerr << "none of the " << std::size(kPlants) << " bugs is in this build: use make sim-planted\n";
  return 2;
}

#endif

}  // namespace handoff::simulation
