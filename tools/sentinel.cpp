// sentinel: say whether backups are alive.

#include "sentinel.hpp"

int main(int argc, char** argv) {
  using namespace sluice;
  return cli::run(argc, argv, "sentinel", "Say whether backups are alive",
                  {sentinel::mark_mode(), sentinel::check_mode(), sentinel::run_mode(),
                   sentinel::metrics_mode(), sentinel::page_mode()});
}
