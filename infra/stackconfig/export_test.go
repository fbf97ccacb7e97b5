package stackconfig

var (
	DecodeConfig  = decodeConfig
	DefaultConfig = defaultConfig
	Nearest       = nearest
	Join          = join
)

// Preparation is what versions of models with a source stand for.
const Preparation = preparation
