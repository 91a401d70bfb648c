# Opens a register of store S12 on the stage that retailer_day has set; a supervisor, Lee, is in the house.
set -eu
handoff token create --role register --store S12 --admin "$HUB_ADMIN" >"$HUB_FOLDER/till.token"
handoff token create --role supervisor --name lee --admin "$HUB_ADMIN" >"$HUB_FOLDER/lee.token"
echo "Lee's token lies in $HUB_FOLDER/lee.token" >&2
exec register --hub "$HUB_REGISTER" --store "${STORE:-S12}" --token-file "$HUB_FOLDER/till.token" \
  --memory "$HUB_FOLDER/register.jsonl" "$@"
