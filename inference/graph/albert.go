package graph

import "fmt"

// albertLayers are the layers of groups, each of which is computed several times.
func albertLayers(s Spec) ([]string, error) {
	c := struct {
		Groups int `json:"num_hidden_groups"`
		Inner  int `json:"inner_group_num"`
	}{1, 1}
	if err := s.settings(&c); err != nil {
		return nil, err
	}
	if err := sized("num_hidden_groups", c.Groups, 1, s.Layers); err != nil {
		return nil, err
	}
	if err := sized("inner_group_num", c.Inner, 1, 64); err != nil {
		return nil, err
	}
	var names []string
	for i := range s.Layers {
		group := int(float64(i) / (float64(s.Layers) / float64(c.Groups))) // as AlbertTransformer counts
		for inner := range c.Inner {
			names = append(names, fmt.Sprintf("albert.encoder.albert_layer_groups.%d.albert_layers.%d.", group, inner))
		}
	}
	return names, nil
}
