#!/bin/bash
# Submits the application and waits for its end: the arguments are spark-submit's.
set -euo pipefail

# The driver belongs to this pod: it goes with the Job.
sed -e "s/@POD_NAME@/$POD_NAME/" -e "s/@POD_UID@/$POD_UID/" /etc/spark/driver.yaml >/tmp/driver.yaml

# spark-submit ends with 0 whatever becomes of the driver, but logs it.
/opt/spark/bin/spark-submit "$@" 2>&1 | tee /tmp/submit.log
! grep -q 'phase: Failed' /tmp/submit.log
