package stackconfig

var (
	DecodeConfig  = decodeConfig
	DefaultConfig = defaultConfig
	Nearest       = nearest
	Join          = join
)
