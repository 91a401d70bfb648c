#include "tests/bench/figures.hpp"

#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cstdio>
#include <sstream>

#include "tests/support/rig.hpp"

namespace handoff::bench {

void Figures::add(const std::string& name, double value, const std::string& unit, double baseline,
                  const std::string& note) {
  Figure figure{name, value, unit, baseline, baseline > 0 ? value / baseline : 0, note};
  say(figure);
  figures_.push_back(std::move(figure));
}

void Figures::say(const Figure& figure) const {
  std::printf("%-52s %12.3f %-12s", figure.name.c_str(), figure.value, figure.unit.c_str());
  if (figure.baseline > 0) std::printf(" of %10.3f = %.3f", figure.baseline, figure.ratio);
  std::printf("%s%s\n", figure.note.empty() ? "" : "  ", figure.note.c_str());
  std::fflush(stdout);
}

void Figures::write_json(const std::string& path) const {
  boost::json::array out;
  for (const Figure& figure : figures_)
    out.push_back({{"name", figure.name},
                   {"value", figure.value},
                   {"unit", figure.unit},
                   {"baseline", figure.baseline > 0 ? boost::json::value(figure.baseline) : boost::json::value()},
                   {"ratio", figure.baseline > 0 ? boost::json::value(figure.ratio) : boost::json::value()},
                   {"note", figure.note}});
  support::write_file(path, boost::json::serialize(out) + "\n");
}

double cpu_seconds(int pid) {
  std::string stat = support::read_file("/proc/" + std::to_string(pid) + "/stat");
  std::istringstream fields(stat.substr(stat.rfind(')') + 2));  // the name may hold anything
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  double user = 0, system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

double resident_mib(int pid) {
  std::string status = support::read_file("/proc/" + std::to_string(pid) + "/status");
  std::size_t at = status.find("VmRSS:");
  return at == std::string::npos ? 0 : std::strtod(status.c_str() + at + 6, nullptr) / 1024;
}

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  return values[values.size() / 2];
}

}  // namespace handoff::bench
