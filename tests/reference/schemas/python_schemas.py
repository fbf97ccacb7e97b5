"""Schemas as pydantic, OpenAI's SDK, instructor and LangChain write them, with documents.

The valid documents are what pydantic itself writes of its models; python-jsonschema
confirms them, and that it finds fault with the invalid ones. Writes
inference/grammar/testdata/generators/python.json. requirements.txt has the versions.
"""

import datetime
import decimal
import enum
import json
import platform
import uuid
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, Literal, Optional, Union

import jsonschema
from instructor.processing.function_calls import openai_schema
from langchain_core.utils.function_calling import convert_to_json_schema, convert_to_openai_tool
from openai.lib._pydantic import to_strict_json_schema
from pydantic import AnyUrl, BaseModel, ConfigDict, EmailStr, Field, HttpUrl, SecretStr, TypeAdapter, conint, conlist, constr

OUT = Path(__file__).parents[3] / "inference/grammar/testdata/generators/python.json"
PACKAGES = ("pydantic", "pydantic_core", "openai", "instructor", "langchain-core", "jsonschema")

cases = []


def checker(schema):
    cls = jsonschema.validators.validator_for(schema, default=jsonschema.Draft202012Validator)
    cls.check_schema(schema)
    return cls(schema, format_checker=cls.FORMAT_CHECKER)


def case(name, schema, valid, invalid, strict=False):
    """valid: texts of JSON, or models, which are dumped; invalid: texts of JSON."""
    check = checker(schema)
    valid = [v if isinstance(v, str) else v.model_dump_json() for v in valid]
    for text in valid:
        check.validate(json.loads(text))
    for text in invalid:
        assert not check.is_valid(json.loads(text)), f"{name}: {text} is valid"
    cases.append({"name": name, "strict": strict, "schema": schema, "valid": valid, "invalid": invalid})


def model_case(name, model, valid, invalid):
    case(f"pydantic {name}", model.model_json_schema(), valid, invalid)


class Color(str, enum.Enum):
    red = "red"
    green = "green"
    blue = "blue"


class Priority(enum.IntEnum):
    low = 1
    high = 10


class Address(BaseModel):
    street: str = Field(min_length=1, description="with number")
    city: str
    zip: constr(pattern=r"^\d{5}$")


class Person(BaseModel):
    """A person."""

    name: str = Field(title="Full name", max_length=80, examples=["Ada"])
    age: conint(ge=0, lt=150)
    home: Address
    work: Optional[Address] = None
    nick: Optional[str] = None


ada = Person(name="Ada", age=36, home=Address(street="1 St", city="London", zip="12345"))
model_case("nested", Person, [ada, ada.model_copy(update={"work": ada.home, "nick": "A"})],
           ['{"name":"Ada","age":150,"home":{"street":"1 St","city":"London","zip":"12345"}}',
            '{"name":"Ada","age":36,"home":{"street":"","city":"London","zip":"12345"}}',
            '{"name":"Ada","age":36,"home":{"street":"x","city":"London","zip":"1234"}}', '{"name":"Ada","age":36}'])


class Choices(BaseModel):
    color: Color
    priority: Priority
    mode: Literal["fast", "slow", 3]
    only: Literal["x"]
    either: Union[int, str, None]
    fallback: Color = Color.red


model_case("enum and literal", Choices,
           [Choices(color="blue", priority=10, mode=3, only="x", either=None), Choices(color="red", priority=1, mode="fast", only="x", either="y")],
           ['{"color":"pink","priority":1,"mode":"fast","only":"x","either":1}', '{"color":"red","priority":2,"mode":"fast","only":"x","either":1}',
            '{"color":"red","priority":1,"mode":4,"only":"x","either":1}', '{"color":"red","priority":1,"mode":3,"only":"y","either":1}'])


class Scalars(BaseModel):
    when: datetime.datetime
    day: datetime.date
    at: datetime.time
    took: datetime.timedelta
    id: uuid.UUID
    mail: EmailStr
    link: AnyUrl
    page: HttpUrl
    secret: SecretStr
    raw: bytes


scalars = Scalars(when="2024-02-29T12:30:00Z", day="2024-02-29", at="12:30:00Z", took=datetime.timedelta(hours=1, minutes=2),
                  id="123e4567-e89b-12d3-a456-426614174000", mail="ada@example.org", link="ftp://example.org/x",
                  page="https://example.org/a?b=c#d", secret="hush", raw=b"abc")
text = scalars.model_dump_json()
model_case("formats", Scalars, [scalars],
           [text.replace("2024-02-29T", "2023-02-29T"), text.replace('"2024-02-29"', '"2024-02-30"'), text.replace("PT1H2M", "1H"),
            text.replace("123e4567", "123e456"), text.replace("ada@", "ada")])


class Money(BaseModel):
    amount: decimal.Decimal
    rate: decimal.Decimal = Field(ge=0, le=1)
    price: Annotated[decimal.Decimal, Field(max_digits=6, decimal_places=2)]
    step: float = Field(multiple_of=0.25, gt=-1, lt=10)
    dozen: int = Field(multiple_of=12)


model_case("decimal", Money, [Money(amount="-12.50", rate="0.5", price="1234.5", step=1.25, dozen=144)],
           ['{"amount":null,"rate":0.5,"price":1,"step":1.25,"dozen":144}', '{"amount":1,"rate":1.5,"price":1,"step":1.25,"dozen":144}', '{"amount":1,"rate":0.5,"price":1,"step":1.3,"dozen":144}',
            '{"amount":1,"rate":0.5,"price":1,"step":1.25,"dozen":100}'])


class Collections(BaseModel):
    pair: tuple[int, str]
    many: tuple[float, ...]
    tags: set[str]
    numbers: frozenset[int] = Field(max_length=5)
    colors: set[Color]
    scores: dict[str, int]
    by_color: dict[Color, int]
    some: conlist(int, min_length=1, max_length=3)
    full: dict[str, int] = Field(min_length=1)


collections = Collections(pair=(1, "a"), many=(1.5, 2.0), tags={"x"}, numbers={3}, colors={"red"}, scores={"a": 1, "b": 2},
                          by_color={"red": 1, "blue": 2}, some=[1, 2], full={"k": 1})
text = collections.model_dump_json()
model_case("collections", Collections, [collections, text.replace('"tags":["x"]', '"tags":["x","","xy","y"]').replace('"numbers":[3]', '"numbers":[3,33,-3,0]')],
           [text.replace('[1,"a"]', '[1,"a",2]'), text.replace('[1,"a"]', '["a",1]'), text.replace('"tags":["x"]', '"tags":["x","y","x"]'),
            text.replace('"numbers":[3]', '"numbers":[3,3]'), text.replace('"colors":["red"]', '"colors":["red","red"]'),
            text.replace('"red":1', '"pink":1'), text.replace('"some":[1,2]', '"some":[]'), text.replace('{"k":1}', "{}")])


class Patterned(BaseModel):
    by_code: dict[constr(pattern=r"^[A-Z]{2}$"), int]


model_case("pattern properties", Patterned, [Patterned(by_code={"DE": 1, "FR": 2})], ['{"by_code":{"DE":"x"}}'])


class Node(BaseModel):
    value: int
    children: list["Node"] = []
    next: Optional["Node"] = None


model_case("recursive", Node, [Node(value=1, children=[Node(value=2)], next=Node(value=3))],
           ['{"value":1,"children":[{"children":[]}]}', '{"value":1,"next":{}}'])


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int


class Dog(BaseModel):
    kind: Literal["dog"]
    name: str


class Owner(BaseModel):
    pet: Union[Cat, Dog] = Field(discriminator="kind")


model_case("discriminated union", Owner, [Owner(pet=Cat(kind="cat", lives=9)), Owner(pet=Dog(kind="dog", name="Rex"))],
           ['{"pet":{"kind":"cat","name":"Rex"}}', '{"pet":{"kind":"cow","lives":1}}'])


class Circle(BaseModel):
    shape: Literal["circle"] = "circle"
    radius: float


class Square(BaseModel):
    shape: Literal["square"] = "square"
    side: float


class Drawing(BaseModel):
    shapes: list[Annotated[Union[Circle, Square], Field(discriminator="shape")]]


model_case("discriminated union with defaults", Drawing, [Drawing(shapes=[Circle(radius=1.5), Square(side=2.0)])],
           ['{"shapes":[{"shape":"circle","side":1.0}]}', '{"shapes":[{"shape":"oval","side":1.0}]}'])


class Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", title="closed", json_schema_extra={"examples": [{"a": 1}], "x-source": "tests"})
    a: int = Field(json_schema_extra={"x-order": 1}, deprecated=True)
    anything: Any = None


model_case("closed", Closed, [Closed(a=1, anything={"b": [1, None]})], ['{"a":1,"b":2}', '{"anything":1}'])


class Open(BaseModel):
    model_config = ConfigDict(extra="allow")
    a: int


model_case("open", Open, ['{"a":1}', '{"a":1,"b":[2]}'], ['{"b":1}'])
case("pydantic list of models", TypeAdapter(list[Cat]).json_schema(), ["[]", '[{"kind":"cat","lives":1}]'], ['[{"kind":"cat"}]', "{}"])
case("pydantic serialization", Drawing.model_json_schema(mode="serialization"), [Drawing(shapes=[Square(side=2.0)])], ['{"shapes":[{"shape":"square","radius":1.0}]}'])


# What the clients make of it.
def strict_case(name, model, valid, invalid):
    case(f"openai {name}", to_strict_json_schema(model), valid, invalid, strict=True)


full = ada.model_copy(update={"work": ada.home, "nick": "A"})
strict_case("nested", Person, [ada, full], ['{"name":"Ada","age":36,"home":{"street":"x","city":"","zip":"12345"}}'])
strict_case("union", Owner, [Owner(pet=Cat(kind="cat", lives=9))], ['{"pet":{"kind":"cat","lives":9,"x":1}}'])
strict_case("recursive", Node, [Node(value=1, children=[Node(value=2)])], ['{"value":1,"children":[]}'])
strict_case("enum and literal", Choices, [Choices(color="blue", priority=10, mode=3, only="x", either=None)],
            ['{"color":"blue","priority":10,"mode":3,"only":"x","either":null}'])

case("instructor", openai_schema(Person).openai_schema["parameters"], [ada, full], ['{"name":"Ada"}'])
case("instructor collections", openai_schema(Collections).openai_schema["parameters"], [collections], ['{"pair":[1,"a"]}'])
case("langchain tool", convert_to_openai_tool(Person, strict=True)["function"]["parameters"],
     [full], ['{"name":"Ada","age":36}', '{"name":"Ada","age":36,"home":null}'], strict=True)
case("langchain tool of a union", convert_to_openai_tool(Drawing)["function"]["parameters"], [Drawing(shapes=[Square(side=2.0)])], ['{"shapes":[1]}'])
case("langchain json schema", convert_to_json_schema(Owner), [Owner(pet=Dog(kind="dog", name="Rex"))], ['{"pet":{"kind":"dog"}}'])


def weather(city: str, days: Annotated[int, "how many"] = 3, unit: Literal["C", "F"] = "C") -> str:
    """Tells the weather."""


case("langchain function", convert_to_openai_tool(weather)["function"]["parameters"], ['{"city":"Rome"}', '{"city":"Rome","days":1,"unit":"F"}'],
     ['{"city":1}', '{"city":"Rome","unit":"K"}'])

OUT.parent.mkdir(parents=True, exist_ok=True)
head = {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}}
OUT.write_text(json.dumps({"versions": head, "cases": cases}, indent=1, ensure_ascii=False) + "\n")
