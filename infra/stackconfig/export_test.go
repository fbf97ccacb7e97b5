package stackconfig

var (
	DecodeConfig  = decodeConfig
	DefaultConfig = func() Config { return defaultConfig(false) }
	Nearest       = nearest
	Join          = join
)

// Preparation is what versions of models with a source stand for.
const Preparation = preparation
