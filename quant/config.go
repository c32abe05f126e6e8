package quant

import (
	"encoding/json/v2"
	"fmt"

	"tcmoa/core"
)

// configKey is the metadata entry of a safetensors file that holds the config.
const configKey = "config"

// parseConfig reads a variant as it stands in a weight file. Members that this
// version does not know are errors: they may change what the network computes.
func parseConfig(text []byte) (core.Config, error) {
	var cfg core.Config
	if err := json.Unmarshal(text, &cfg, json.RejectUnknownMembers(true)); err != nil {
		return core.Config{}, fmt.Errorf("config: %w", err)
	}
	if err := cfg.Validate(); err != nil {
		return core.Config{}, fmt.Errorf("config: %w", err)
	}
	return cfg, nil
}
