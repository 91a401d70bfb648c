#include "core/app/cli/complaint.hpp"

#include <algorithm>

#include "core/app/cli/words.hpp"

namespace handoff::cli {

namespace {

std::string unknown_command(const CLI::App& app, const std::string& written) {
  std::vector<std::string> names;
  for (const CLI::App* one : all_commands(app)) names.push_back(one->get_name());
  return "there is no command '" + written + "'" + meant(names, written);
}

std::string unknown_option(const CLI::App& app, const std::string& argument) {
  std::string written = argument.substr(0, argument.find('='));
  std::vector<std::string> names;
  for (const CLI::Option* one : app.get_options())
    for (const std::string& name : one->get_lnames()) names.push_back("--" + name);
  return "there is no option '" + written + "'" + meant(names, written);
}

}  // namespace

std::vector<const CLI::App*> all_commands(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

std::string help_of(const CLI::App& app, const std::string& name) {
  std::size_t space = name.rfind(' ');
  std::string out = app.help(space == std::string::npos ? std::string() : name.substr(0, space));
  if (space == std::string::npos) out = app.help();
  for (std::size_t at = 0; (at = out.find("\n\n\n")) != std::string::npos;) out.erase(at, 1);
  while (out.ends_with("\n\n")) out.pop_back();
  return out;
}

std::pair<const CLI::App*, std::string> reached(const CLI::App& app) {
  std::pair<const CLI::App*, std::string> out(&app, "handoff");
  while (!out.first->get_subcommands().empty()) {
    out.first = out.first->get_subcommands().front();
    out.second += " " + out.first->get_name();
  }
  return out;
}

std::string complaint(const CLI::App& app, const CLI::Error& error) {
  auto [last, name] = reached(app);
  std::string what = error.what();
  bool takes_command = !all_commands(*last).empty();
  bool missing = error.get_name() == "RequiredError";
  std::vector<std::string> extra;
  if (missing || dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) extra = app.remaining(true);
  if (missing && takes_command && extra.empty()) return help_of(*last, name);
  auto option = std::ranges::find_if(extra, [](const std::string& one) { return one.starts_with('-'); });
  if (option != extra.end())
    what = unknown_option(*last, *option);
  else if (!extra.empty() && takes_command)
    what = unknown_command(*last, extra.front());
  return name + ": " + what + "\nSee: " + name + " --help\n";
}

}  // namespace handoff::cli
