// handoff repair --plan FILE --from DIR: what would be done about each finding of an audit.

#include <algorithm>
#include <handoff/sdk/money.hpp>
#include <ostream>

#include "core/app/cli/bar.hpp"
#include "core/app/cli/commands.hpp"
#include "core/app/cli/files.hpp"
#include "core/app/cli/repair_hub.hpp"
#include "core/app/cli/table.hpp"
#include "core/app/cli/words.hpp"
#include "core/reconcile/plan.hpp"
#include "core/serve/lint.hpp"

namespace handoff::cli {

namespace {

using report::By;
using report::Plan;
using report::PlanAction;

std::expected<void, Failure> read_amounts(const char* option, const std::vector<std::string>& written,
                                          std::map<std::string, std::int64_t>& out) {
  for (const std::string& one : written) {
    std::size_t space = one.find(' ');
    auto money =
        space == std::string::npos ? std::nullopt : money_from_decimal(one.substr(0, space), one.substr(space + 1));
    if (!money || money->minor() < 0)
      return std::unexpected(Failure{
          std::string(option) + " '" + one + "': write an amount and a currency: \"100.00 USD\"", kUsage, "usage"});
    out[money->currency()] = money->minor();
  }
  return {};
}

/// [repair] approve_above, where nothing else is said.
std::expected<void, Failure> configured_limits(const Options& options, std::map<std::string, std::int64_t>& out) {
  plugin_host::Catalogue catalogue(serve::plugin_folders(options.config));
  auto settings = config::load(options.config, serve::sheets(catalogue));
  if (!settings) return std::unexpected(Failure{config::render(settings.error())});
  for (const auto& limit : settings->approve_repair_above) out[limit->currency()] = limit->minor();
  return {};
}

/// Looks credits up, and keeps the first failure that is none of the hub's answers.
class Lookup {
 public:
  Lookup(const Hub& hub, Console& console, std::size_t all)
      : hub_(hub), bar_(console, "finding"), all_(static_cast<std::int64_t>(all)) {}

  reconcile::HubAnswer operator()(const report::Finding& finding) {
    bar_.show(std::min(++done_, all_), all_);
    bool by_hand = finding.kind == report::Kind::downstream_only;
    if (by_hand)
      if (auto seen = answer([&] { return traced(hub_, reconcile::adoption_key(finding.reference, finding.id)); })) {
        seen->adopted = true;
        return seen;
      }
    if (by_hand && !has_reference(finding)) return std::unexpected("it did not adopt it before");
    if (finding.reference.empty()) return std::unexpected("it has no reference to ask for");
    if (!has_reference(finding) && finding.transaction.empty())
      return std::unexpected("its reference is a code, which no file keeps");
    return answer([&] { return traced(hub_, finding); });
  }

  const std::optional<Failure>& failure() const { return failure_; }

 private:
  template <class Ask>
  reconcile::HubAnswer answer(Ask ask) {
    if (failure_) return std::unexpected("the hub could not be asked");
    std::expected<json::Value, Failure> trace = ask();
    if (trace) return hub_view(*trace);
    const Failure& why = trace.error();
    if (why.code != "not_found" && !is_near(why)) failure_ = why;
    return std::unexpected(reconcile::Unseen(why.text, is_near(why)));
  }

  const Hub& hub_;
  CountBar bar_;
  std::int64_t all_, done_ = 0;
  std::optional<Failure> failure_;
};

/// "plan.csv" beside "plan.json".
std::filesystem::path beside(const std::string& plan, const char* ending) {
  std::filesystem::path out(plan);
  return out.extension() == ".json" ? out.replace_extension(ending) : out += ending;
}

std::string sum_of(const report::Tally& tally, const std::string& currency) {
  return grouped(tally.items) + "  " + report::grouped_amount(tally.minor, currency_exponent(currency).value_or(2));
}

void print(const Plan& plan, const Options& options, Console& console) {
  std::map<std::size_t, std::map<std::size_t, std::int64_t>> remedies;
  for (const PlanAction& one : plan.actions) ++remedies[report::index_of(one.by)][report::index_of(one.remedy)];
  console.out << paint(console, Tone::strong, counted(number_of_all(plan.actions), "action")) << " from the audit of "
              << plan.as_of << "\n\n";
  Table sums({{"CURRENCY"},
              {"BY THE HUB", Table::Align::right},
              {"OF IT WAITING", Table::Align::right},
              {"BY PEOPLE", Table::Align::right},
              {"BY NOBODY YET", Table::Align::right}});
  for (const report::PlanTotal& total : report::totals(plan))
    sums.add({total.currency, sum_of(total.by[0], total.currency), sum_of(total.asks, total.currency),
              sum_of(total.by[1], total.currency), sum_of(total.by[2], total.currency)});
  sums.print(console.out, console.width);
  console.out << "\n";
  Table what({{"BY"}, {"WHAT"}, {"ITEMS", Table::Align::right}});
  for (const auto& [by, list] : remedies)
    for (const auto& [remedy, items] : list)
      what.add({std::string(report::kByNames[by]), std::string(report::kRemedyNames[remedy]), grouped(items)});
  what.print(console.out, console.width);
  if (plan.in_flight > 0)
    console.out << "\n" << grouped(plan.in_flight) << " findings are in flight: no gap yet, and in no action.\n";
  std::string csv = beside(options.repair.plan, ".csv").string();
  console.out << "\nPlan: " << options.repair.plan
              << "\nFor a manager: " << beside(options.repair.plan, ".html").string() << "\nDecisions: " << csv << "\n";
  bool hub = std::ranges::any_of(plan.actions, [](const PlanAction& one) { return one.by == By::hub; });
  std::string next =
      hub ? "write do, ask or skip into the CSV, then: handoff repair --apply " + options.repair.plan +
                " --decisions " + csv
      : plan.asked_hub ? "the hub can do none of it; each line of the CSV has the steps for people."
                       : "each line of the CSV has the steps for people. With -c FILE the hub is asked what it can do.";
  console.out << "Next: " << wrapped(next, console.width, 6) << "\n";
}

}  // namespace

int repair_plan(const Options& options, Console& console) {
  const Options::Repair& asked = options.repair;
  std::string source = (std::filesystem::path(asked.from) / "findings.json").string();
  auto text = read_whole(source);
  if (!text)
    return fail(options, console, {source + ": cannot be read; make it with: handoff audit ... -o " + asked.from});
  if (std::string why = reconcile::mixed(asked.from); !why.empty()) return fail(options, console, {why});
  auto findings = reconcile::read_findings(*text);
  if (!findings) return fail(options, console, {source + ": " + findings.error()});
  reconcile::PlanRequest request;
  request.as_of = findings->as_of;
  request.findings = std::move(findings->findings);
  request.compared = findings->compared;
  bool hub_named = options.config_given || !options.admin.empty();
  if (options.config_given)
    if (auto limits = configured_limits(options, request.approve_above); !limits)
      return fail(options, console, limits.error());
  for (auto [option, written, to] : {std::tuple("--approve-above", &asked.approve_above, &request.approve_above),
                                     std::tuple("--adopt", &asked.adopt, &request.adopt_up_to)})
    if (auto read = read_amounts(option, *written, *to); !read) return fail(options, console, read.error());
  std::expected<Hub, Failure> hub = std::unexpected(Failure{});
  std::optional<Lookup> lookup;
  if (hub_named) {
    hub = Hub::find(options, console);
    if (!hub) return fail(options, console, hub.error());
    lookup.emplace(*hub, console, request.findings.size());
    request.hub = std::ref(*lookup);
  }
  Plan plan = reconcile::make_plan(request);
  if (lookup && lookup->failure()) return fail(options, console, *lookup->failure());
  lookup.reset();
  if (!reconcile::write_together({{asked.plan, report::plan_text(plan)},
                                  {beside(asked.plan, ".csv"), report::plan_csv(plan)},
                                  {beside(asked.plan, ".html"), report::plan_html(plan)}}))
    return fail(options, console, {asked.plan + ": cannot be written"});
  if (options.json)
    console.out << pretty(report::plan_json(plan));
  else
    print(plan, options, console);
  return kFine;
}

}  // namespace handoff::cli
