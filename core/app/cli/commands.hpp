#pragma once
// The commands behind cli.cpp: each prints and answers an exit code.

#include "core/app/cli/console.hpp"
#include "core/app/cli/options.hpp"
#include "core/config/diagnostic.hpp"

namespace handoff::cli {

int lint(const Options& options, Console& console);
int route_test(const Options& options, Console& console);
int status(const Options& options, Console& console);
int credits(const Options& options, Console& console);
int credits_issue(const Options& options, Console& console);
int credits_cancel(const Options& options, Console& console);
int cases(const Options& options, Console& console);
int cases_apply(const Options& options, Console& console);
int tasks(const Options& options, Console& console);
int alerts(const Options& options, Console& console);
int alerts_test(const Options& options, Console& console);
int case_assign(const Options& options, Console& console);
int case_note(const Options& options, Console& console);
int case_link(const Options& options, Console& console);
int case_retry(const Options& options, Console& console);
int case_close(const Options& options, Console& console);
int case_approve(const Options& options, Console& console);
int case_settle(const Options& options, Console& console);
int case_refuse(const Options& options, Console& console);
int repair(const Options& options, Console& console);
int repair_plan(const Options& options, Console& console);
int repair_apply(const Options& options, Console& console);
int identity_explain(const Options& options, Console& console);
int trace(const Options& options, Console& console);
int connector_list(const Options& options, Console& console);
int connector_inspect(const Options& options, Console& console);
int connector_test(const Options& options, Console& console);
int connector_new(const Options& options, Console& console);
int sandbox(const Options& options, Console& console);
int store_verify(const Options& options, Console& console);
int store_backup(const Options& options, Console& console);
int store_restore(const Options& options, Console& console);
int token_create(const Options& options, Console& console);
int token_list(const Options& options, Console& console);
int token_revoke(const Options& options, Console& console);
int diagnose(const Options& options, Console& console);
int map(const Options& options, Console& console);
int check(const Options& options, Console& console);
int probe(const Options& options, Console& console);
int audit(const Options& options, Console& console);

/// "handoff: TEXT" on stderr, or {"error":...} on stdout with --json.
struct Failure;
int fail(const Options& options, Console& console, const Failure& failure);
/// A command that needs the configuration, where lint finds errors in it: all of them, on stderr or in {"error":...}.
int fail(const Options& options, Console& console, const config::Diagnostics& wrong);

}  // namespace handoff::cli
