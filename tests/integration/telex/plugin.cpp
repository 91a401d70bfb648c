#include "telex.hpp"

using handoff::telex::Telex;
HANDOFF_CONNECTOR(Telex, HANDOFF_OPERATION(Telex, record, "record/1"))
