#pragma once
// What was measured, for people and for programs.

#include <string>
#include <vector>

namespace handoff::bench {

struct Figure {
  std::string name;
  double value = 0;
  std::string unit;
  double baseline = 0;  // what it is held against; 0 = nothing
  double ratio = 0;     // value / baseline
  std::string note;
};

class Figures {
 public:
  void add(const std::string& name, double value, const std::string& unit, double baseline = 0,
           const std::string& note = {});
  /// As a table on standard output, at once.
  void say(const Figure& figure) const;
  void write_json(const std::string& path) const;

 private:
  std::vector<Figure> figures_;
};

/// CPU seconds a process has used, all its threads, from /proc.
double cpu_seconds(int pid);
/// VmRSS in MiB.
double resident_mib(int pid);
double median(std::vector<double> values);

}  // namespace handoff::bench
