// tasks: what stores are asked to do, store by store.

#include <map>
#include <ostream>

#include "core/app/cli/commands.hpp"
#include "core/app/cli/show.hpp"
#include "core/app/cli/table.hpp"
#include "core/app/cli/words.hpp"
#include "core/serve/views_tasks.hpp"

namespace handoff::cli {

namespace {

void print_task(const json::Value& one, Console& console) {
  bool overdue = one.at("overdue").as_bool();
  std::string amount = money(one.at("amount")), next = text_of(one.at("asked_next"));
  console.out << "  " << paint(console, Tone::strong, "Task " + text_of(one.at("task")))
              << (amount.empty() ? "" : "  " + amount) << ", "
              << (overdue ? paint(console, Tone::bad, "overdue since " + moment(one.at("until")))
                          : "until " + moment(one.at("until")))
              << ", asked: " << text_of(one.at("asked"));
  if (std::string assignee = text_of(one.at("assignee")); !assignee.empty()) console.out << " (" << assignee << ")";
  if (!next.empty()) console.out << ", from " << moment(one.at("next_at")) << " " << next;
  console.out << "\n";
  std::string place;
  if (std::string terminal = text_of(one.at("terminal")); !terminal.empty()) place += "register " + terminal + ", ";
  if (std::string staff = text_of(one.at("staff")); !staff.empty()) place += "staff " + staff + ", ";
  console.out << "    " << wrapped(place + text_of(one.at("what")), console.width, 4) << "\n";
  if (one.at("candidates").is_null()) return;
  console.out << "    Perhaps one of these; a supervisor says which: handoff case link " << text_of(one.at("task"))
              << " --candidate 1\n";
  print_candidates(one, console);
}

void print_tasks(const json::Value& view, const Options& options, Console& console) {
  std::map<std::string, std::vector<const json::Value*>> by_store;
  for (const json::Value& one : view.at("tasks").as_array()) by_store[text_of(one.at("store"))].push_back(&one);
  if (by_store.empty())
    console.out << (options.store.empty() ? "No store has anything" : "Store " + options.store + " has nothing")
                << " to do.\n";
  for (const auto& [store, tasks] : by_store) {
    console.out << (store == by_store.begin()->first ? "" : "\n") << paint(console, Tone::strong, "Store " + store)
                << "  " << counted(number_of_all(tasks), "task") << ", the most urgent first (UTC)\n";
    for (const json::Value* task : tasks) print_task(*task, console);
  }
  if (std::string more = most_urgent_only(view, "tasks"); !more.empty()) console.out << "\n" << more << "\n";
}

}  // namespace

int tasks(const Options& options, Console& console) {
  std::string target = "/v1/tasks?limit=" + std::to_string(options.limit) + "&store=" + percent_encoded(options.store) +
                       "&asked=" + percent_encoded(options.asked);
  return show(
      options, console, target,
      [&](journal::Reader& read, const crypto::Vault*) -> Outcome {
        auto hub = Hub::find(options, console);
        if (!hub) return std::unexpected(hub.error());
        return serve::tasks_view(read, options.store, options.asked, hub->ladder(), options.limit, console.now_ms());
      },
      print_tasks);
}

}  // namespace handoff::cli
