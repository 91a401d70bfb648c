#include "core/reconcile/tasks.hpp"

namespace handoff::reconcile {

std::string task_for(const report::Finding& finding) {
  using report::Cause;
  std::string who = finding.store.empty() ? "The issuing store" : "Store " + finding.store;
  std::string which = finding.reference.empty() ? "this credit" : finding.reference;
  switch (finding.cause) {
    case Cause::f1:
      return who + ": find the receipt of " + which + ", ask the customer who they are, link it at the platform.";
    case Cause::f2:
      return who + ": wait for the next poll or batch; if " + which + " is not there after it, start it again.";
    case Cause::f3:
      return who + ": correct the customer's phone or e-mail, then link " + which + " at the platform.";
    case Cause::f4:
      return who + ": ask the books why " + which + " was refused, and post it again under the same reference.";
    case Cause::f5:
      return "Books: ask " + (finding.author.empty() ? "who typed it" : finding.author) + " why " + which +
             " has no register; adopt it or take it back. Pay nobody twice.";
    case Cause::f6:
      return who + ": hold " + which + "; correct the mapping of currency, unit or balance type before it is moved.";
    case Cause::duplicate:
      if (finding.shows[report::at(report::Side::pos)] < 0)
        return who + ": take the second void of " + which + " back at the register.";
      return who + ": find out which of the entries of " + which +
             " the customer has; void the other, confirm the void.";
    case Cause::amount:
      return who + ": compare " + which + " with the receipt and correct the wrong side.";
    case Cause::not_voided:
      return who + ": void " + which + " where it is alive, and read it back.";
    case Cause::redeemed:
      return who + ": block " + which + " until both sides show the same: it could be spent twice.";
    case Cause::downstream_only:
      return "Platform: find out who made " + which + "; no register issued it.";
    case Cause::unreadable:
      return "Correct the export's row of " + which + " and run the audit again.";
    case Cause::in_flight:
      return "None yet: look at the next audit.";
    case Cause::unexplained:
      break;
  }
  return who + ": look for " + which + " by receipt, amount and time; open a case.";
}

}  // namespace handoff::reconcile
